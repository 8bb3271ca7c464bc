import {
  create,
  type DescMessage,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import { requestIdReused } from "../../call/chain/request-id.ts";
import { type IdentifiedRequest, identify, seal, unseal } from "../../call/chain/sealed-answer.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import type { ClaimedUse, CodeDocument } from "../codes/code-record.ts";
import type { UsageContext } from "../context.ts";

/** Attempts at keeping an answer while others use the same code. */
const ATTEMPTS = 50;

/** A request as the same use is found again by. Absent: it carries no id, and each call is a use of its own. */
export type SameUse = IdentifiedRequest | undefined;

/** Reads the id of a request that may carry one. */
export function sameUse<S extends DescMessage>(
  schema: S,
  request: MessageShape<S> & { requestId: string },
  { caller }: CallContext,
): SameUse {
  return request.requestId === "" ? undefined : identify(schema, request, caller);
}

/** The use that was counted for this request before. Throws `REQUEST_ID_REUSED` where the id stands for another use of the code. */
export function claimOf({ claims = [] }: CodeDocument, same: SameUse): ClaimedUse | undefined {
  const claim = same && claims.find(({ request }) => request === same.digest);
  if (claim && claim.content !== same?.content) throw requestIdReused();
  return claim;
}

/** What was answered to this request before; `undefined` where it is the first time, or a process ended before it was kept. */
export function answerOf<S extends DescMessage>(
  { runtime }: Pick<UsageContext, "runtime">,
  code: CodeDocument,
  same: SameUse,
  schema: S,
): MessageShape<S> | undefined {
  const answer = claimOf(code, same)?.answer;
  return same && answer && fromJson(schema, unseal<JsonValue>(runtime, same, answer));
}

/**
 * Keeps what is answered to a request with an id, sealed, for as long as its code is kept, and gives it back: what was kept first where the
 * same request was faster another time. Bulk (`data`, `file`) is left out by the caller and read again where it is asked for again.
 */
export async function keepAnswer<S extends DescMessage>(
  { codes, runtime }: Pick<UsageContext, "codes" | "runtime">,
  code: CodeDocument,
  same: SameUse,
  schema: S,
  answer: MessageInitShape<S>,
): Promise<MessageInitShape<S>> {
  if (!same) return answer;
  const sealed = seal(runtime, same, toJson(schema, create(schema, answer)));
  let current = code;
  const step = async (): Promise<MessageInitShape<S> | undefined> => {
    const before = answerOf({ runtime }, current, same, schema);
    if (before) return before as MessageInitShape<S>;
    const claims = (current.claims ?? []).map((one) =>
      one.request === same.digest ? { ...one, answer: sealed } : one,
    );
    if (await codes.replace({ ...current, claims })) return answer;
    const newer = await codes.get(code._id);
    if (!newer) return answer;
    current = newer;
    return undefined;
  };
  // Where it never gets through, it is done and recorded; only its repetition would be recorded anew.
  return untilStored(step, { tries: ATTEMPTS, spent: () => answer });
}
