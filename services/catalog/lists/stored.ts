import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import type { ListChangeAction, ListChangeState } from "../../domain/list-procedure.ts";
import type { ListEntry, ListLine } from "../../domain/obligatory-list.ts";
import type { TakenStep } from "../../domain/procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type HasPending, PENDING_INDEX } from "../../event/pending-events.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/**
 * The whole list of one division's body (应开通目录), so that what is published is in force as a whole or not at all. `_id` is `<node>/<division>`:
 * a node that does not keep the list of a division may still have carried entries over for it.
 */
export interface ListDocument extends HasPending {
  /** Node that keeps it. */
  node: string;
  division: string;
  /** Grows with each change; what copies and memories are compared by. */
  changes: number;
  /** RFC 3339. */
  changedAt: string;
  entries: readonly ListEntry[];
  /** Its node's signature over all that it tells, Base64. Absent from before lists were signed. */
  signature?: string;
  /** The change that made it what it is. Absent in lists of other nodes. */
  lastChange?: string;
}

export const LISTS: CollectionSpec = {
  name: "catalog_lists",
  indexes: [{ name: "versions", fields: ["node", "division", "changes"] }, PENDING_INDEX],
};

/** Key of a list. */
export function listId(node: string, division: string): string {
  return `${node}/${division}`;
}

/** Steps of a change: those of people, and how one came to be without the procedure. */
export type ListStep = ListChangeAction | "set-up" | "carry-over";

/** A change of a list; `_id` is its id. */
export interface ListChangeDocument extends Stored {
  division: string;
  lines: readonly ListLine[];
  state: ListChangeState;
  steps: readonly TakenStep<ListStep>[];
  /** When it was prepared, RFC 3339. */
  preparedAt: string;
}

export const LIST_CHANGES: CollectionSpec = {
  name: "catalog_list_changes",
  indexes: [
    { name: "divisions", fields: ["division", "preparedAt"] },
    { name: "states", fields: ["state", "division", "preparedAt"] },
  ],
};

/** Digest of what a change says, by which whoever publishes it tells what he has read. */
export function changeDigest({ division, lines }: Pick<ListChangeDocument, "division" | "lines">): string {
  return digestOf({ division, lines } as unknown as JsonObject);
}

/** What readers of a list rely on. */
export function checkList({ _id, node, division, changes, changedAt, entries, signature = "" }: ListDocument): void {
  const sound =
    isText(node) &&
    isText(division) &&
    isText(signature) &&
    _id === listId(node, division) &&
    Number.isSafeInteger(changes) &&
    !Number.isNaN(instantOf(changedAt)) &&
    Array.isArray(entries) &&
    entries.every(isEntry);
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the list lacks members or has wrong ones");
}

/** What readers of a change rely on. */
export function checkListChange({ division, lines, state, steps, preparedAt }: ListChangeDocument): void {
  const sound =
    isText(division) &&
    isText(state) &&
    Array.isArray(lines) &&
    lines.every((line) => isText(line?.itemCode) && isText(line.target) && typeof line.end === "boolean") &&
    Array.isArray(steps) &&
    steps.every((step) => [step?.action, step?.account, step?.name, step?.at, step?.remark].every(isText)) &&
    !Number.isNaN(instantOf(preparedAt));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the change of a list lacks members or has wrong ones");
}

function isEntry(one: ListEntry): boolean {
  return (
    isText(one?.itemCode) &&
    isText(one.target) &&
    isText(one.from) &&
    (one.until === undefined || isText(one.until)) &&
    Array.isArray(one.levels) &&
    Array.isArray(one.departments)
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
