import type { Reach } from "../../domain/permit.ts";
import { isWithinReach } from "../../domain/permit.ts";
import type { TakenStep } from "../../domain/procedure.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { IndexSpec, Query, Stored } from "../../store/port.ts";

/** What every case of a procedure has, whatever it is about; one document. */
export interface CaseDocument<State extends string, Action extends string> extends Stored {
  /** Its id again, for the indexes. */
  case: string;
  /** Whose case it is, and the division that this department serves: reach goes by them. */
  department: string;
  division: string;
  state: State;
  /** The oldest first. */
  steps: readonly TakenStep<Action>[];
  /** What the node has to do with it; absent: nothing. */
  work?: string;
  /** Why that could not be done when it was tried last. */
  fault?: CaseFault;
}

/** What stands in the way of a case that was confirmed. */
export interface CaseFault {
  reason: string;
  message: string;
  localized: string;
}

/** Indexes by which cases are listed within reach, and found by who carries them out. */
export const CASE_INDEXES: readonly IndexSpec[] = [
  { name: "all", fields: ["case"] },
  { name: "departments", fields: ["department", "case"] },
  { name: "divisions", fields: ["division", "case"] },
  { name: "states", fields: ["state", "case"] },
  { name: "departmentStates", fields: ["department", "state", "case"] },
  { name: "stateDivisions", fields: ["state", "division", "case"] },
  { name: "work", fields: ["work", "case"] },
];

/** What cases are sorted by, whatever they are about: when the last step was taken. */
export const LAST_STEP = {
  last_step: ({ steps }: Pick<CaseDocument<string, string>, "steps">): string => steps.at(-1)?.at ?? "",
};

/** The part of a query that holds a list to what a caller may meet, in one state where that is asked for. */
export function casesWithin(reach: Reach, state: string | undefined): Omit<Query, "limit" | "after"> {
  const inState = state === undefined ? [] : [state];
  switch (reach.kind) {
    case "all":
      return state === undefined ? { index: "all" } : { index: "states", equals: inState };
    case "department": {
      const index = state === undefined ? "departments" : "departmentStates";
      return { index, equals: [reach.department, ...inState] };
    }
    case "division": {
      const index = state === undefined ? "divisions" : "stateDivisions";
      return { index, equals: inState, from: reach.prefix, to: `${reach.prefix}:` };
    }
    case "account":
      throw new TypeError("cases belong to departments");
  }
}

/** What was read of a case. Refuses (`CASE_UNKNOWN`) one that is not there, and one beyond reach in the same words; `field` is where the caller names it. */
export function reachedCase<T extends CaseDocument<string, string>>(
  one: T | undefined,
  id: string,
  reach: Reach,
  field: "code" | "id" = "code",
): T {
  if (one && isWithinReach(reach, one)) return one;
  const localized = `没有办理事项${id}，请从列表中选取`;
  throw refuseField("CASE_UNKNOWN", field, `no case ${id}`, "see the list of cases", localized);
}

/** Throws (`RECORD_UNREADABLE`) where a case lacks what all have. `states`: those that its procedure knows. */
export function checkCase(one: CaseDocument<string, string>, states: Readonly<Record<string, string>>): void {
  const texts = [one.case, one.department, one.division, one.state];
  const sound =
    texts.every((text) => typeof text === "string") &&
    Object.hasOwn(states, one.state) &&
    Array.isArray(one.steps) &&
    one.steps.every((step) => [step?.action, step?.account, step?.at].every((text) => typeof text === "string")) &&
    (one.work === undefined || typeof one.work === "string");
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the case lacks members or has wrong ones");
}
