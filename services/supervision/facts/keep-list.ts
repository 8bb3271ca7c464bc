import { fromBinary } from "@bufbuild/protobuf";
import { type ObligatoryList, ObligatoryListSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import type { ListedItems } from "../../domain/rates.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import { listOf } from "../../store/pages-of.ts";
import { ANY_NODE, type FactDocument } from "./fact-record.ts";
import { keepFact } from "./keep-fact.ts";
import { readable, requireDays, requireDepartmentCode } from "./readable.ts";

type Entries = ListedItems["entries"];

/**
 * Keeps what an obligatory list says of each department that it names (3.6, 4.3.2), whichever node keeps the department: a kind is that of the
 * departments which issue it. A list tells the whole each time; only departments of which it says something else get a version. A crash leaves it
 * half kept, and the event comes again. Throws `DATA_INVALID`.
 */
export async function keepList(
  facts: GuardedCollection<FactDocument>,
  told: { node: string; on: string; knownAt: string },
  payload: Uint8Array,
): Promise<boolean> {
  const message = readable("a list", () => soundList(payload));
  const list = `${told.node}/list/${message.division}`;
  const known = new Map(
    (await listOf(facts, { index: "lists", equals: [list] })).map((fact) => [departmentOf(fact), fact]),
  );
  const said = byDepartment(message);
  let isNew = false;
  for (const department of new Set([...known.keys(), ...said.keys()])) {
    const entries = said.get(department) ?? [];
    const last = known.get(department)?.versions.at(-1);
    if (last && (last.revision >= Number(message.changes) || isSame(last.value.fact, entries))) continue;
    const { on, knownAt } = told;
    const value = { department, fact: { kind: "list", entries } } as const;
    const version = { revision: Number(message.changes), on, knownAt, value };
    if (await keepFact(facts, { id: `${list}/${department}`, node: ANY_NODE, list }, version)) isNew = true;
  }
  return isNew;
}

function soundList(payload: Uint8Array): ObligatoryList {
  const message = fromBinary(ObligatoryListSchema, payload);
  const what = `the list of ${message.division}`;
  for (const { from, until, departments } of message.entries) {
    requireDays(what, [from, until]);
    for (const code of departments) requireDepartmentCode(what, code);
  }
  return message;
}

function byDepartment({ entries }: ObligatoryList): Map<string, Entries[number][]> {
  const found = new Map<string, Entries[number][]>();
  for (const { itemCode: item, departments, from, until } of entries)
    for (const department of departments)
      found.set(department, [...(found.get(department) ?? []), { item, from, until }]);
  return found;
}

function departmentOf({ versions }: FactDocument): string {
  return versions.at(-1)?.value.department ?? "";
}

function isSame(fact: { kind: string; entries?: Entries } | undefined, entries: Entries): boolean {
  return fact?.kind === "list" && canonicalJson(fact.entries) === canonicalJson(entries);
}
