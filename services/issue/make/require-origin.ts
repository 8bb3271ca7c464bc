import type { Origin } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { originStatement } from "../../domain/origin-statement.ts";
import { rightTime } from "../../host/right-time.ts";
import type { OriginRules } from "../../trust/origin.ts";
import type { IssueContext } from "../context.ts";
import { judgeOrigin } from "./judge-origin.ts";
import type { Order } from "./order.ts";

/** An order, who hands it in, the seal that will sign it, and its origin signature. */
export interface OriginCase {
  order: Order;
  app: string;
  seal: string;
  origin: Origin;
}

/**
 * Refuses at make already what the agent would refuse at issue (`ORIGIN_KEY_UNKNOWN`, `ORIGIN_INVALID`, `ORIGIN_STALE`), as far as agents that
 * offer the seal are connected and have told what they take. Returns the rules by which it is good, `undefined` where nobody could say. The agent judges all the same:
 * nobody rests on the word of a core.
 */
export function requireOrigin(
  { signing, runtime }: IssueContext,
  { order, app, seal, origin }: OriginCase,
): OriginRules | undefined {
  const statement = originStatement(order, app, origin.signedAt);
  return judgeOrigin(statement, origin, signing.originRules(seal), rightTime(runtime));
}
