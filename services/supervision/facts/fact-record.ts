import type { RateFact } from "../../domain/rates.ts";
import type { RecordedVersion } from "../../domain/recorded.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** A department, as far as what is counted is of it. */
export interface DepartmentFact {
  kind: "department";
  name: string;
  division: string;
  /** Social credit code of its superior. Empty: none. */
  superior: string;
  /** It has been abolished (撤销): from the day on which that was recorded nothing of it counts. */
  closed?: true;
}

/** What a version of a record says, and of which department. */
export interface FactValue {
  department: string;
  /** Absent: nothing is counted of it, as of a matter that was never on the portal. */
  fact?: DepartmentFact | RateFact;
  /** Of an opening: it serves the units below the department as well (5.8.4). */
  forUnits?: boolean;
}

/** A record of a node with all its versions, as its events told them; `_id` is node and aggregate. Nothing is ever removed from it. */
export interface FactDocument extends Stored {
  node: string;
  versions: readonly RecordedVersion<FactValue>[];
  /** Owners that it is or was of, for the index. */
  owners: readonly string[];
  /** Of what a list says of a department: the list. */
  list?: string;
  /** Present until all that follows from it has been counted. */
  dirty?: 1;
}

/** Versions of one record that are kept; of more the oldest go, and the first that is left counts for the days before. */
export const MAX_VERSIONS = 500;

export const FACTS: CollectionSpec = {
  name: "supervision_facts",
  indexes: [
    { name: "owners", fields: ["owners"], many: true },
    { name: "lists", fields: ["list"] },
    { name: "dirty", fields: ["dirty"] },
  ],
};

/** In the place of a node: what is said of a department whichever node keeps it. */
export const ANY_NODE = "*";

/** Whose something is: a department of a node. What a node says of a department counts as that node's, and touches no other's figures. */
export function ownerOf(node: string, department: string): string {
  return `${node}/${department}`;
}

/** Node and department of an owner. */
export function partsOf(owner: string): { node: string; department: string } {
  const [node = "", department = ""] = owner.split("/");
  return { node, department };
}

/** Opens the facts. One that cannot be read is set aside (place `store`), and the others are counted. */
export async function openFacts({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<FactDocument>> {
  const collection = await store.collection<FactDocument>(FACTS);
  return guardedCollection({ collection, setAside, place: "store", source: FACTS.name, check });
}

function check({ node, versions, owners }: FactDocument): void {
  const isVersion = ({ revision, on, knownAt, value }: RecordedVersion<FactValue>) =>
    Number.isSafeInteger(revision) && [on, knownAt, value?.department].every((text) => typeof text === "string");
  const sound = typeof node === "string" && Array.isArray(owners) && Array.isArray(versions) && versions.length > 0;
  if (sound && versions.every((version) => version && isVersion(version))) return;
  throw new Refusal("RECORD_UNREADABLE", "the record of events lacks members or has wrong ones");
}
