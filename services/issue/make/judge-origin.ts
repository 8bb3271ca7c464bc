import type { Origin } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { originDifferences } from "../../domain/origin-difference.ts";
import { type OriginStatement, originBytes } from "../../domain/origin-statement.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type OriginRules, verifyOrigin } from "../../trust/origin.ts";
import { refuseDifferences } from "./origin-differs.ts";

/** Reasons in the order in which signatures come closer to being taken. */
const CLOSENESS = ["ORIGIN_KEY_UNKNOWN", "ORIGIN_INVALID", "ORIGIN_STALE"];

/**
 * Judges an origin signature as the agents will that may sign: `rules` are theirs, and one of them must take it. Returns the rules that do;
 * `undefined` where nothing is known of theirs, so that it is left to them. Throws what the agent would, the closest refusal of several
 * agents; and `ORIGIN_INVALID` with each member where the caller says what it has signed and that is not the statement of its order.
 */
export function judgeOrigin(
  statement: OriginStatement,
  { keyId, signature, statement: signed }: Pick<Origin, "keyId" | "signature" | "statement">,
  rules: readonly OriginRules[] | undefined,
  now: Date,
): OriginRules | undefined {
  if (signed.length > 0) {
    const differences = originDifferences(statement, signed);
    if (differences.length > 0) throw refuseDifferences(differences, { expected: originBytes(statement), signed });
  }
  let closest: Refusal | undefined;
  for (const one of rules ?? []) {
    try {
      verifyOrigin(one, { keyId, signature, statement }, now);
      return one;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!closest || CLOSENESS.indexOf(error.reason) > CLOSENESS.indexOf(closest.reason)) closest = error;
    }
  }
  if (closest) throw closest;
  return undefined;
}
