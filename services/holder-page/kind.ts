import type { CatalogItemContent } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { titlesOf } from "../public-page/data-rows.ts";
import type { Session } from "./session.ts";

/** What the catalog says of a kind of certificate as it is published; nothing where it does not tell: codes and names of data items stand for themselves then. */
export async function readKind(session: Session, code: string): Promise<CatalogItemContent | undefined> {
  const answer = await session.call(CatalogService.method.getCatalogItem, { code }).catch(() => undefined);
  return answer?.item?.content;
}

/** Kinds of certificates by their codes: what they are called, and titles of their data items by the names of these. */
export interface Kinds
  extends ReadonlyMap<string, { readonly name: string; readonly titles: ReadonlyMap<string, string> }> {
  /** Asks for those that are not known yet. */
  learn(codes: readonly string[]): Promise<void>;
}

/** Begins without any. */
export function openKinds(session: Session): Kinds {
  const known = new Map<string, { name: string; titles: ReadonlyMap<string, string> }>();
  return Object.assign(known, {
    async learn(codes: readonly string[]) {
      const unknown = [...new Set(codes)].filter((code) => !known.has(code));
      const read = unknown.map(async (code) => [code, await readKind(session, code)] as const);
      for (const [code, kind] of await Promise.all(read))
        if (kind) known.set(code, { name: kind.name, titles: titlesOf(kind.dataSchemaJson) });
    },
  });
}
