import { type ChangeStage, STAGES } from "../../domain/change-procedure.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { ownStep } from "../cases/carry-out.ts";
import { onNodesOwn } from "../cases/own-call.ts";
import type { GovernanceContext } from "../context.ts";
import { moveApps } from "./apps-stage.ts";
import type { ChangeDocument } from "./change-record.ts";
import { closeAccounts, closeOpenings, moveMatters, moveUnits, unbindSeals } from "./record-stages.ts";
import type { StageCall } from "./stage-call.ts";

/** Carries one stage out and tells how many records it changed; what is as it shall be is left alone, so that it can be done again. */
const DOES: Readonly<Record<Exclude<ChangeStage, "day">, (call: StageCall) => Promise<number>>> = {
  openings: closeOpenings,
  name: ({ context, change: { department: code, order }, options }) =>
    putDepartment(context, { code, name: order.newName }, "name", options),
  seals: unbindSeals,
  units: moveUnits,
  matters: moveMatters,
  apps: moveApps,
  accounts: closeAccounts,
  department: ({ context, change: { department: code }, options }) =>
    putDepartment(context, { code, closed: true }, "closed", options),
};

/** The next stage of a change that was confirmed; `undefined` while its day has not come. */
export async function carryChange(
  context: GovernanceContext,
  change: ChangeDocument,
  signal: AbortSignal,
): Promise<ChangeDocument | undefined> {
  const { runtime } = context;
  const { case: code, order, carried } = change;
  const stage = STAGES[order.kind][carried.length];
  if (stage === undefined) return finished(context, change);
  if (stage === "day" && shanghaiDay(runtime.now()) < order.effectiveOn) return undefined;
  const changed = stage === "day" ? 0 : await DOES[stage]({ context, change, options: onNodesOwn(signal) });
  await runtime.evidence.append("change-carried", { code, stage, changed });
  const { fault: _, ...rest } = change;
  return { ...rest, carried: [...carried, { stage, changed, at: runtime.now().toISOString() }] };
}

async function finished({ runtime }: GovernanceContext, change: ChangeDocument): Promise<ChangeDocument> {
  const by = "service/governance";
  await runtime.evidence.append("change-step", { code: change.case, action: "finish", state: "done", by });
  const { fault: _, work: __, open: ___, ...rest } = change;
  return { ...rest, state: "done", steps: [...change.steps, ownStep("finish", runtime)] };
}

async function putDepartment(
  { registry }: GovernanceContext,
  department: { code: string; name?: string; closed?: boolean },
  member: string,
  options: StageCall["options"],
): Promise<number> {
  await registry.putDepartment({ department, updateMask: { paths: [member] } }, options);
  return 1;
}
