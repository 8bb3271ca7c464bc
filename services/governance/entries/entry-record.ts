import { ENTRY, type EntryAction, type EntryState } from "../../domain/entry-procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { CASE_INDEXES, type CaseDocument, checkCase } from "../cases/case-record.ts";
import type { CasePaper } from "../papers/paper-record.ts";

/** What the form of a department says (6.4.1.1). */
export interface EntryForm {
  code: string;
  name: string;
  /** Division that it serves. */
  division: string;
  /** Empty: none. */
  superior: string;
  internalBodies: readonly { name: string; duties: string }[];
  units: readonly { code: string; name: string; division: string }[];
  seals: readonly { name: string; purpose: string }[];
  administrator: { account: string; name: string };
  papers: readonly CasePaper[];
}

/**
 * The entry of a department; `_id` is its code. Whose case it is: of a unit that its superior enters the superior's; else the department's own, which has
 * nobody here until it is activated.
 */
export interface EntryDocument extends CaseDocument<EntryState, EntryAction> {
  form: EntryForm;
  /** Department or body whose people filled it in, whose papers it names. */
  filledBy: string;
}

export const ENTRIES: CollectionSpec = { name: "governance_entries", indexes: CASE_INDEXES };

/** Opens the entries. One that cannot be read is set aside (place `registry`). */
export async function openEntries({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<EntryDocument>> {
  const collection = await store.collection<EntryDocument>(ENTRIES);
  return guardedCollection({ collection, setAside, place: "registry", source: ENTRIES.name, check: checkEntry });
}

function checkEntry(document: EntryDocument): void {
  checkCase(document, ENTRY.states);
  const { form } = document;
  const texts = [form?.code, form?.name, form?.division, form?.superior, form?.administrator?.account];
  const lists = [form?.internalBodies, form?.units, form?.seals, form?.papers];
  if (texts.every((text) => typeof text === "string") && lists.every(Array.isArray)) return;
  throw new Refusal("RECORD_UNREADABLE", "the form of the entry lacks members or has wrong ones");
}
