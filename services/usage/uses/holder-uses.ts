import type { Holder } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Operator } from "../../domain/usage-grant.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CollectionSpec, Page, Stored } from "../../store/port.ts";
import type { CodeDocument } from "../codes/code-record.ts";

/** What was done with a person's certificates. */
export interface HolderUse {
  action: "listed" | "verified" | "extracted" | "fetched" | "presented";
  /** Catalog items that were looked up, or the one used. */
  items: readonly string[];
  /** Absent for `listed`. */
  identifier?: string;
  /** Data items that were released. */
  fields?: readonly string[];
  /** Name of the presentation, for `presented`. */
  presentation?: string;
}

/** Who was served, by whom, in which matter and why. */
export interface Served {
  holder: Pick<Holder, "codeType" | "code">;
  department: string;
  matter: string;
  purpose: string;
  /** Who handled the case; absent where the use is told of by another node. */
  operator?: Operator;
}

/** A use of one certificate. */
export function useOf(
  action: "verified" | "extracted" | "fetched",
  { certificate }: { certificate: { identifier: string; itemCode: string } },
  fields: readonly string[] = [],
): HolderUse {
  return { action, items: [certificate.itemCode], identifier: certificate.identifier, fields };
}

/** One use as it is kept; `_id` is its time with what makes it unique. Never removed once it was answered, since it is the holder's to see (5.9.5). */
export interface UseDocument extends Stored, HolderUse {
  /** `<code type>:<code>` of the person served. */
  holder: string;
  /** RFC 3339. */
  at: string;
  department: string;
  matter: string;
  purpose: string;
  /** Account of who handled the case, and what proves it; kept for the department, not shown to the holder. Absent in uses of before. */
  operator?: string;
  operatorProof?: string;
}

/** The collection of uses. */
export const USES: CollectionSpec = { name: "holder_uses", indexes: [{ name: "holder", fields: ["holder", "at"] }] };

/** Uses of certificates, by the person whose they are. */
export interface HolderUses {
  /** Keeps a use of a code durably, before anything is answered; resolves to its key. A crash may leave one that was not answered. */
  keep(code: CodeDocument, at: Date, use: HolderUse): Promise<string>;
  /** Keeps a use that has a name of its own, once however often it is told, durably. */
  keepOnce(name: string, served: Served, at: string, use: HolderUse): Promise<void>;
  /** Removes one that was refused after all. */
  drop(key: string): Promise<void>;
  /** A page of a person's, newest first. Throws `INVALID_FIELD` for a foreign token. */
  of(holder: Pick<Holder, "codeType" | "code">, page: { limit: number; after: string }): Promise<Page<UseDocument>>;
}

/** Opens the uses of a node. One that cannot be read is set aside (place `store`), and the person sees all others. */
export async function openHolderUses({
  store,
  setAside,
  randomBytes,
}: Pick<Runtime, "store" | "setAside" | "randomBytes">): Promise<HolderUses> {
  // Keys that follow time lie beside each other in the store, where drawn ones would touch a page each.
  const opened = Buffer.from(randomBytes(8)).toString("hex");
  let count = 0;
  const stored = await store.collection<UseDocument>(USES);
  const parts = { collection: stored, setAside, place: "store", source: USES.name } as const;
  const collection = guardedCollection<UseDocument>({ ...parts, check: checkUse });
  return {
    async keep({ grant }, at, use) {
      const _id = `${at.toISOString()}/${opened}/${count++}`;
      await collection.insert(documentOf(_id, grant.context, at.toISOString(), use));
      return _id;
    },
    async keepOnce(name, served, at, use) {
      await insertNew(collection, documentOf(`${at}/${name}`, served, at, use));
    },
    async drop(key) {
      await collection.remove(key, 1);
    },
    of: (holder, { limit, after }) =>
      collection.query({
        index: "holder",
        equals: [holderKey(holder)],
        descending: true,
        limit,
        ...(after !== "" && { after }),
      }),
  };
}

function documentOf(_id: string, { holder, ...served }: Served, at: string, use: HolderUse): UseDocument {
  const { department, matter, purpose, operator } = served;
  const handled = operator && { operator: operator.account, operatorProof: operator.proof ?? "none" };
  return { _id, revision: 1, holder: holderKey(holder), at, department, matter, purpose, ...handled, ...use };
}

function checkUse({ action, items, identifier = "", fields = [], presentation = "", ...rest }: UseDocument): void {
  const { holder, at, department, matter, purpose } = rest;
  const texts = [action, identifier, presentation, holder, at, department, matter, purpose];
  const lists = [items, fields].map((list) => Array.isArray(list) && list.every(isText));
  if (texts.every(isText) && lists.every(Boolean)) return;
  throw new Refusal("RECORD_UNREADABLE", "the use lacks members or has wrong ones");
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** A person as the store names them. */
export function holderKey({ codeType, code }: Pick<Holder, "codeType" | "code">): string {
  return `${codeType}:${code}`;
}
