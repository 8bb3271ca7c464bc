import type { Holder } from "../domain/message.ts";
import type { CollectionSpec, Page, Store, Stored } from "../store/port.ts";
import type { CodeDocument } from "./code-record.ts";

/** What was done with a person's certificates. */
export interface HolderUse {
  action: "listed" | "verified" | "extracted" | "fetched";
  /** Catalog items that were looked up, or the one used. */
  items: readonly string[];
  /** Absent for `listed`. */
  identifier?: string;
  /** Data items that were released. */
  fields?: readonly string[];
}

/** One use as it is kept: `_id` is drawn. Never removed, since it is the holder's to see (5.9.5). */
export interface UseDocument extends Stored, HolderUse {
  /** `<code type>:<code>` of the person served. */
  holder: string;
  /** RFC 3339. */
  at: string;
  department: string;
  matter: string;
  purpose: string;
}

const USES: CollectionSpec = { name: "holder_uses", indexes: [{ name: "holder", fields: ["holder", "at"] }] };

/** Uses of certificates, by the person whose they are. */
export interface HolderUses {
  /** Keeps a use of a code durably: before anything is answered. */
  keep(code: CodeDocument, at: Date, use: HolderUse): Promise<void>;
  /** A page of a person's, newest first. Throws `INVALID_FIELD` for a foreign token. */
  of(holder: Pick<Holder, "codeType" | "code">, page: { limit: number; after: string }): Promise<Page<UseDocument>>;
}

/** Opens the uses of a node. */
export async function openHolderUses(store: Store, randomBytes: (size: number) => Uint8Array): Promise<HolderUses> {
  const collection = await store.collection<UseDocument>(USES);
  return {
    async keep({ grant }, at, use) {
      const { holder, department, matter, purpose } = grant.context;
      await collection.insert({
        _id: Buffer.from(randomBytes(16)).toString("hex"),
        revision: 1,
        holder: keyOf(holder),
        at: at.toISOString(),
        department,
        matter,
        purpose,
        ...use,
      });
    },
    of: (holder, { limit, after }) =>
      collection.query({
        index: "holder",
        equals: [keyOf(holder)],
        descending: true,
        limit,
        ...(after !== "" && { after }),
      }),
  };
}

function keyOf({ codeType, code }: Pick<Holder, "codeType" | "code">): string {
  return `${codeType}:${code}`;
}
