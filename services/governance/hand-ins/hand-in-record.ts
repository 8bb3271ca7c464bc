import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Query, Stored } from "../../store/port.ts";
import type { CasePaper } from "../papers/paper-record.ts";
import { HAND_IN_COLUMNS, type HandInKind } from "./columns.ts";

/** One version of a list that a department handed in; `_id` is `<department>/<kind>/<version>`. It never changes. */
export interface HandInDocument extends Stored {
  department: string;
  /** Division that the department served then. */
  division: string;
  kind: HandInKind;
  version: number;
  rows: readonly { row: number; cells: Readonly<Record<string, string>> }[];
  /** SHA-256 over what the rows say. */
  sha256: string;
  papers: readonly CasePaper[];
  /** RFC 3339, UTC. */
  at: string;
  by: string;
}

export const HAND_INS: CollectionSpec = {
  name: "governance_hand_ins",
  indexes: [
    { name: "departments", fields: ["department", "kind", "version"] },
    { name: "departmentDivisions", fields: ["department", "division", "kind", "version"] },
    { name: "divisions", fields: ["division", "department", "kind", "version"] },
  ],
};

/** Opens what was handed in. A version that cannot be read is set aside (place `registry`). */
export async function openHandIns({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<HandInDocument>> {
  const collection = await store.collection<HandInDocument>(HAND_INS);
  return guardedCollection({ collection, setAside, place: "registry", source: HAND_INS.name, check: checkHandIn });
}

/** Key of a version. */
export const handInId = (department: string, kind: HandInKind, version: number): string =>
  `${department}/${kind}/${version}`;

/** The part of a query that holds a list to what a caller may meet, of one department where that is asked for; `undefined`: nothing is. */
export function handInsWithin(reach: Reach, department: string): Omit<Query, "limit" | "after"> | undefined {
  const named = department === "" ? [] : [department];
  switch (reach.kind) {
    case "all":
      return { index: "departments", equals: named };
    case "department":
      if (department !== "" && department !== reach.department) return undefined;
      return { index: "departments", equals: [reach.department] };
    case "division": {
      const index = department === "" ? "divisions" : "departmentDivisions";
      return { index, equals: named, from: reach.prefix, to: `${reach.prefix}:` };
    }
    case "account":
      throw new TypeError("lists belong to departments");
  }
}

function checkHandIn({ department, division, kind, version, rows, sha256, papers }: HandInDocument): void {
  const texts = [department, division, sha256].every((text) => typeof text === "string");
  const sound = texts && Object.hasOwn(HAND_IN_COLUMNS, kind) && typeof version === "number";
  if (sound && Array.isArray(rows) && rows.every((row) => typeof row?.cells === "object") && Array.isArray(papers))
    return;
  throw new Refusal("RECORD_UNREADABLE", "the list lacks members or has wrong ones");
}
