import { FormerRowKind } from "../../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import type { Collection, CollectionSpec, Query, Store, Stored } from "../../store/port.ts";
import { FORMER_ANSWERS, FORMER_KIND, FORMER_REFUSED_TOKENS } from "../stored/former-apps.ts";
import { FORMER_REGISTRY } from "../stored/former-registry.ts";

/** A row as it is stored. */
export interface FormerRow {
  kind: FormerRowKind;
  id: string;
  revision: bigint;
  documentJson: string;
}

/** Rows that the catalog stored of apps before the identity service did. */
export interface FormerRows {
  page(kind: FormerRowKind, limit: number, after: string): Promise<{ rows: FormerRow[]; next: string | undefined }>;
  /** Resolves to whether the row was there in this revision, and is gone. */
  drop(kind: FormerRowKind, id: string, revision: number): Promise<boolean>;
}

interface Place {
  spec: CollectionSpec;
  query: Pick<Query, "index" | "equals">;
  isRow(document: Stored): boolean;
}

const PLACES = new Map<FormerRowKind, Place>([
  [
    FormerRowKind.APP,
    {
      spec: FORMER_REGISTRY,
      query: { index: "records", equals: [FORMER_KIND] },
      isRow: (document) => (document as Stored & { kind?: unknown }).kind === FORMER_KIND,
    },
  ],
  [FormerRowKind.REFUSED_TOKENS, { spec: FORMER_REFUSED_TOKENS, query: { index: "until" }, isRow: () => true }],
  [FormerRowKind.ANSWER, { spec: FORMER_ANSWERS, query: { index: "at" }, isRow: () => true }],
]);

/** Opens them, unguarded: who carries them over judges what can be read. */
export async function openFormerRows(store: Store): Promise<FormerRows> {
  const collections = new Map<FormerRowKind, Collection<Stored>>();
  for (const [kind, { spec }] of PLACES) collections.set(kind, await store.collection<Stored>(spec));

  return {
    async page(kind, limit, after) {
      const found = collections.get(kind);
      const place = PLACES.get(kind);
      if (!found || !place) return { rows: [], next: undefined };
      const { items, next } = await found.query({ ...place.query, limit, ...(after !== "" && { after }) });
      const rows = items.map((document) => ({
        kind,
        id: document._id,
        revision: BigInt(document.revision),
        documentJson: JSON.stringify(document),
      }));
      return { rows, next };
    },
    async drop(kind, id, revision) {
      const found = collections.get(kind);
      const document = await found?.get(id);
      if (!found || !document || document.revision !== revision || !PLACES.get(kind)?.isRow(document)) return false;
      return found.remove(id, revision);
    },
  };
}
