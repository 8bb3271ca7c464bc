import { ownStep } from "../cases/carry-out.ts";
import { onNodesOwn } from "../cases/own-call.ts";
import type { GovernanceContext } from "../context.ts";
import { putDelegation, putForUnit, putUsage } from "./put-opening.ts";
import type { OpeningRequestDocument } from "./request-record.ts";
import { wantedIn } from "./request-view.ts";

/** Departments between two writes of how far it is. */
const AT_ONCE = 50;

/**
 * Brings a confirmed request into the catalog, some departments at a time. The catalog takes the same again without a change, so that whatever
 * dies in between is done again to the same end.
 */
export async function carryRequest(
  context: GovernanceContext,
  one: OpeningRequestDocument,
  signal: AbortSignal,
): Promise<OpeningRequestDocument> {
  const { departmentCode, subject, unitCodes } = wantedIn(one);
  const options = onNodesOwn(signal);
  const codes = [departmentCode, ...unitCodes];
  const { fault: _, ...rest } = one;
  if (subject.case === "usage" || subject.case === "delegation") {
    if (subject.case === "usage") await putUsage(context, departmentCode, subject.value, options);
    else await putDelegation(context, subject.value, options);
    return finished(context, { ...rest, carried: 1 });
  }
  const some = codes.slice(one.carried, one.carried + AT_ONCE);
  for (const code of some) if (subject.case === "issuing") await putForUnit(context, subject.value, code, options);
  const carried = one.carried + some.length;
  return carried < codes.length ? { ...rest, carried } : finished(context, { ...rest, carried });
}

async function finished({ runtime }: GovernanceContext, one: OpeningRequestDocument): Promise<OpeningRequestDocument> {
  const line = { code: one.case, action: "finish", state: "done", by: "service/governance" };
  await runtime.evidence.append("opening-request-step", line);
  const { work: _, open: __, ...rest } = one;
  return { ...rest, state: "done", steps: [...one.steps, ownStep("finish", runtime)] };
}
