import type { StaffActor } from "../../domain/actor.ts";
import type { TakenStep } from "../../domain/procedure.ts";

/**
 * Steps of a case behind its being written, or mended, by a person: whoever wrote what is asked for does not judge it either, even where
 * somebody else has submitted it. A person's later writing takes the place of the earlier, so that no case grows by being saved.
 */
export function withWriting<Action extends string>(
  steps: readonly TakenStep<Action>[],
  action: Action,
  { account, name, department, division }: StaffActor,
  at: Date,
): TakenStep<Action>[] {
  const others = steps.filter((step) => step.account !== account || step.action !== action);
  return [...others, { action, account, name, department, division, at: at.toISOString(), remark: "" }];
}
