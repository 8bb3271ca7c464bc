import type { Holder } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Operator } from "../../domain/usage-grant.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CollectionSpec, Page, Query, Stored } from "../../store/port.ts";
import type { CodeDocument, UseNames } from "../codes/code-record.ts";

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
  /** What was fetched was a copy for this use (加注件): digests of its octets and of the original's, and the last day of its use, empty where none is stated. */
  copy?: { sha256: string; originalSha256: string; validTo: string };
}

/** Who was served, by whom, in which matter and why. */
export interface Served {
  holder: Pick<Holder, "codeType" | "code">;
  department: string;
  matter: string;
  purpose: string;
  /** Business id of the case. Absent in uses of before, and where the use is told of by another node. */
  businessId?: string;
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
  /** Business id of the case, likewise. */
  business?: string;
  /** Names of matter and department at that time. Absent in uses of before. */
  names?: UseNames;
  /** Code and name of the other node at which it was; absent for a use at this one, and in what holders showed before. */
  node?: string;
  nodeName?: string;
}

/** Where a use was that another node tells. */
export type Elsewhere = Pick<UseDocument, "node" | "nodeName" | "names">;

/** The collection of uses. */
export const USES: CollectionSpec = {
  name: "holder_uses",
  indexes: [
    { name: "holder", fields: ["holder", "at"] },
    { name: "department", fields: ["department", "at"] },
    { name: "copy", fields: ["copy.sha256"] },
  ],
};

/** Which uses, and how many. */
export interface UsesPart extends Pick<Query, "from" | "to" | "limit" | "after"> {
  oldestFirst: boolean;
}

/** Uses of certificates, by the person whose they are, and by the department that made them. */
export interface HolderUses {
  /**
   * Keeps a use of a code durably, before anything is answered; resolves to its key. A crash may leave one that was not answered. `name`: what it is
   * called where it has a name of its own; then it is kept once, however often it is told with the same time.
   */
  keep(code: CodeDocument, at: Date, use: HolderUse, name?: string): Promise<string>;
  /** Keeps a use under a key of its own, once however often it is told, durably. */
  keepOnce(key: string, served: Served, at: string, use: HolderUse & Elsewhere): Promise<void>;
  /** Removes one that was refused after all. */
  drop(key: string): Promise<void>;
  /** A page of a person's, newest first or oldest, `from` an instant and up to another, which is not included. Throws `INVALID_FIELD` for a foreign token. */
  of(holder: Pick<Holder, "codeType" | "code">, part: UsesPart): Promise<Page<UseDocument>>;
  /** A page of a department's. Throws as `of`. */
  byDepartment(department: string, part: UsesPart): Promise<Page<UseDocument>>;
  /** The use for which a copy with these octets was given out. */
  ofCopy(sha256: string): Promise<UseDocument | undefined>;
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
    async keep({ grant, names }, at, use, name) {
      const _id = `${at.toISOString()}/${name ?? `${opened}/${count++}`}`;
      const document = { ...documentOf(_id, grant.context, at.toISOString(), use), ...(names && { names }) };
      if (name === undefined) await collection.insert(document);
      else await insertNew(collection, document);
      return _id;
    },
    async keepOnce(key, served, at, use) {
      await insertNew(collection, documentOf(key, served, at, use));
    },
    async drop(key) {
      await collection.remove(key, 1);
    },
    of: (holder, { oldestFirst, ...part }) =>
      collection.query({ index: "holder", equals: [holderKey(holder)], descending: !oldestFirst, ...part }),
    byDepartment: (department, { oldestFirst, ...part }) =>
      collection.query({ index: "department", equals: [department], descending: !oldestFirst, ...part }),
    ofCopy: (sha256) => collection.first({ index: "copy", equals: [sha256] }),
  };
}

function documentOf(_id: string, { holder, ...served }: Served, at: string, use: HolderUse & Elsewhere): UseDocument {
  const { department, matter, purpose, operator, businessId: business } = served;
  const handled = operator && { operator: operator.account, operatorProof: operator.proof ?? "none" };
  const known = { department, matter, purpose, ...(business !== undefined && { business }), ...handled };
  return { _id, revision: 1, holder: holderKey(holder), at, ...known, ...use };
}

function checkUse({ action, items, identifier = "", fields = [], presentation = "", ...rest }: UseDocument): void {
  const { holder, at, department, matter, purpose } = rest;
  const { department: departmentName = "", matter: matterName = "" } = rest.names ?? {};
  const texts = [action, identifier, presentation, holder, at, department, matter, purpose, departmentName, matterName];
  const { operator = "", operatorProof = "", business = "", copy = NO_COPY } = rest;
  texts.push(operator, operatorProof, business, copy?.sha256, copy?.originalSha256, copy?.validTo);
  texts.push(rest.node ?? "", rest.nodeName ?? "");
  const lists = [items, fields].map((list) => Array.isArray(list) && list.every(isText));
  if (texts.every(isText) && lists.every(Boolean)) return;
  throw new Refusal("RECORD_UNREADABLE", "the use lacks members or has wrong ones");
}

const NO_COPY = { sha256: "", originalSha256: "", validTo: "" };

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** A person as the store names them. */
export function holderKey({ codeType, code }: Pick<Holder, "codeType" | "code">): string {
  return `${codeType}:${code}`;
}
