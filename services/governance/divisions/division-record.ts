import type { DivisionPeriod } from "../../domain/division-history.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** A division as it is kept; `_id` is its code. */
export interface DivisionDocument extends Stored {
  /** Its code again, for the indexes. */
  code: string;
  /** Code of the division above. Empty: none. */
  parent: string;
  /** The oldest first. */
  periods: readonly DivisionPeriod[];
  /** Social credit code of its management body. Empty: that of the division above. */
  body: string;
  /** Where the last change was taken from, and the day of that source. */
  source: string;
  sourceDate: string;
}

export const DIVISIONS: CollectionSpec = {
  name: "governance_divisions",
  indexes: [
    { name: "all", fields: ["code"] },
    { name: "parents", fields: ["parent", "code"] },
  ],
};

/** Opens the divisions. One that cannot be read is set aside (place `registry`). */
export async function openDivisions({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<DivisionDocument>> {
  const collection = await store.collection<DivisionDocument>(DIVISIONS);
  return guardedCollection({ collection, setAside, place: "registry", source: DIVISIONS.name, check: checkDivision });
}

function checkDivision({ code, parent, periods, body, source, sourceDate }: DivisionDocument): void {
  const texts = (values: readonly unknown[]) => values.every((value) => typeof value === "string");
  const sound =
    texts([code, parent, body, source, sourceDate]) &&
    Array.isArray(periods) &&
    periods.length > 0 &&
    periods.every((one) => texts([one?.name, one?.from, one?.until, one?.successor]));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the division lacks members or has wrong ones");
}
