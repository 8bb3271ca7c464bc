import type { RateStep } from "../../domain/rate-steps.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { type MadeAnew, openMadeAnew } from "../facts/made-anew.ts";

/** The figures of a department on all days; `_id` is its owner. Follows from events alone, and can be made anew from them at any time. */
export interface RateDocument extends Stored {
  owner: string;
  node: string;
  department: string;
  /** Division that the department serves now. */
  division: string;
  /** Empty until the department's own record has come. */
  name: string;
  /** Owner of its superior; absent where it has none. */
  superior?: string;
  steps: readonly RateStep[];
}

export const RATES: CollectionSpec = {
  name: "supervision_rates",
  indexes: [
    { name: "divisions", fields: ["division", "department"] },
    { name: "departments", fields: ["department", "division"] },
    { name: "superiors", fields: ["superior"] },
  ],
};

/** Opens the figures. One that cannot be read is set aside (place `store`), and made anew with the next event of its department. */
export function openRates(runtime: Pick<Runtime, "store" | "setAside">): Promise<MadeAnew<RateDocument>> {
  return openMadeAnew(runtime, RATES, ({ owner, node, department, division, name, steps }: RateDocument) => {
    const texts = [owner, node, department, division, name].every((text) => typeof text === "string");
    const isStep = (step: unknown) => Array.isArray(step) && typeof step[0] === "string" && step.length === 6;
    if (texts && Array.isArray(steps) && steps.every(isStep)) return;
    throw new Refusal("RECORD_UNREADABLE", "the figures lack members or have wrong ones");
  });
}
