import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Matter } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { GetOwnSessionResponse } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import type { UsageContextSchema } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";

/** What is filled in of a context (5.4.3); all else follows from matter and session. */
export interface AskedFields {
  readonly holder: { readonly name: string; readonly codeType: string; readonly code: string };
  readonly businessId: string;
  readonly purpose: string;
  readonly stage: string;
  readonly outlet: string;
  readonly itemCodes: readonly string[];
}

export type ContextInit = MessageInitShape<typeof UsageContextSchema>;

/** Whether nothing says who is served: a holder may say it by what is shown (亮证). */
export function namesNobody({ name, code }: { readonly name?: string; readonly code?: string }): boolean {
  return !name?.trim() && !code?.trim();
}

/** A context as the contract has it; whom nothing names is left out. The officer is who is signed in. */
export function contextOf(
  { holder, businessId, purpose, stage, outlet, itemCodes }: AskedFields,
  { code: matterCode, departmentCode }: Pick<Matter, "code" | "departmentCode">,
  { account, name }: Pick<GetOwnSessionResponse, "account" | "name">,
): ContextInit {
  const served = namesNobody(holder)
    ? {}
    : { holder: { name: holder.name.trim(), codeType: holder.codeType, code: holder.code.trim() } };
  return {
    ...served,
    ...{ businessId: businessId.trim(), purpose: purpose.trim(), stage: stage.trim(), outlet: outlet.trim() },
    ...{ itemCodes: [...itemCodes], matterCode, departmentCode, operator: { account, name } },
  };
}

/** What makes a call the same call: pressed again before it was answered, it is no second one. */
export interface SameRequest {
  /** The context with its time, and an id for it: those of before where the content is that of before. */
  of(context: ContextInit, more?: string): { requestId: string; context: ContextInit };
  /** It was answered: what comes next is another. */
  answered(): void;
}

/** A request that was not answered yet. */
export interface Unanswered {
  readonly content: string;
  readonly requestId: string;
  readonly businessTime: string;
}

/** What requests are made with; left out: what the browser has, and nothing outlives the page. */
export interface RequestParts {
  newId?(): string;
  now?(): Date;
  /** What was kept when the page was left before the answer, and where it is kept. */
  before?: Unanswered | undefined;
  keep?(last: Unanswered | undefined): void;
}

/** Begins without any request, or with the one that is unanswered. */
export function sameRequest({
  newId = () => crypto.randomUUID(),
  now = () => new Date(),
  before,
  keep = () => {},
}: RequestParts = {}): SameRequest {
  let last = before;
  return {
    of(context, more = "") {
      const content = JSON.stringify([context, more]);
      if (last?.content !== content) last = { content, requestId: newId(), businessTime: now().toISOString() };
      keep(last);
      const { requestId, businessTime } = last;
      return { requestId, context: { ...context, businessTime } };
    },
    answered() {
      last = undefined;
      keep(last);
    },
  };
}
