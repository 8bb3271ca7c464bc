import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CreateUsageContextResponseSchema } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { type IdentifiedRequest, seal, unseal } from "../../call/chain/sealed-answer.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { UsageContext } from "../context.ts";
import type { CodeDocument } from "./code-record.ts";

/** What CreateUsageContext answers. */
export type ContextAnswer = MessageInitShape<typeof CreateUsageContextResponseSchema>;

/**
 * The answer to the same request of before, for as long as its code is kept: 24 hours after its end. Throws `REQUEST_ID_REUSED`
 * where the id stands for another context.
 */
export async function answeredBefore(
  { codes, runtime }: UsageContext,
  request: IdentifiedRequest,
): Promise<ContextAnswer | undefined> {
  const found = await codes.query({ index: "requests", equals: [request.digest], limit: 1 });
  const answer = found.items[0]?.answer;
  return answer && unseal<ContextAnswer>(runtime, request, answer);
}

/** Stores a new code with its sealed answer in one write; where the same request was first meanwhile, its answer is given. */
export async function storeOnce(
  context: UsageContext,
  request: IdentifiedRequest,
  code: CodeDocument,
  answer: ContextAnswer,
): Promise<ContextAnswer> {
  const { codes, runtime } = context;
  try {
    await codes.insert({ ...code, request: request.digest, answer: seal(runtime, request, answer) });
    return answer;
  } catch (error) {
    const first = error instanceof DuplicateKey ? await answeredBefore(context, request) : undefined;
    if (first) return first;
    throw error;
  }
}
