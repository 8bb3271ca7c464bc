import type { UsageContext as AskedContext } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireHolder } from "../../domain/holder-code.ts";
import { instantOf, isInstant } from "../../domain/instant.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import type { Operator } from "../../domain/usage-grant.ts";
import type { UsageContext } from "../context.ts";
import { operatorOf } from "./operator.ts";
import type { UsageTerms } from "./usage-terms.ts";

/** The business time of a context may be off by this much from the server's clock. */
const TIME_WINDOW_MS = 24 * 3_600_000;

/** A context of a use as the catalog knows its matter. */
export interface JudgedContext {
  appKey: string;
  /** Social credit code of the department that handles the matter. */
  department: string;
  /** Who handles the case, and what proves it. */
  operator: Operator;
  terms: UsageTerms;
}

/**
 * 5.4.3: judges a context but for its items: the person's code, the time, and that the calling app's matter is open and its department
 * handles it, and who the operator is. `isShown`: who is served may be left out, since a holder shows who it is. Throws `CODE_INVALID`, `INVALID_FIELD`, `ACCOUNT_UNKNOWN`, what the catalog refuses, and `USAGE_NOT_ALLOWED` for another department.
 */
export async function judgedContext(
  context: UsageContext,
  asked: AskedContext,
  call: CallContext,
  isShown = false,
): Promise<JudgedContext> {
  const { runtime, terms: catalog } = context;
  const now = runtime.now();
  if (asked.holder) requireHolder(asked.holder, "context.holder");
  else if (!isShown) throw nobodyServed();
  requireBusinessTime(asked.businessTime, now);
  const appKey = appOf(call).app;
  const question = { appKey, matterCode: asked.matterCode, day: shanghaiDay(now) };
  const terms = await catalog.usageTerms(question, call);
  const department = terms.department?.code ?? "";
  if (asked.departmentCode === department) {
    const given = asked.operator as NonNullable<AskedContext["operator"]>;
    return { appKey, department, operator: await operatorOf(context, call, given, terms), terms };
  }
  throw refuseField(
    "USAGE_NOT_ALLOWED",
    "context.department_code",
    `matter ${asked.matterCode} is handled by ${department}`,
    "name the matter's department",
    `事项${asked.matterCode}由部门${department}办理，请填写该部门`,
  );
}

function nobodyServed(): Refusal {
  return refuseField(
    "INVALID_FIELD",
    "context.holder",
    "missing",
    "name the person or organisation served",
    "请填写办事人",
  );
}

function requireBusinessTime(text: string, now: Date): void {
  const time = isInstant(text) ? instantOf(text) : Number.NaN;
  if (!Number.isNaN(time) && Math.abs(time - now.getTime()) <= TIME_WINDOW_MS) return;
  throw refuseField(
    "INVALID_FIELD",
    "context.business_time",
    Number.isNaN(time) ? "not an RFC 3339 time with its zone" : "more than 24 hours from now",
    "give the time of the business step as 2026-01-31T08:00:00+08:00",
    "应为办理该环节的时间，与现在相差不超过24小时，例如2026-01-31T08:00:00+08:00",
  );
}
