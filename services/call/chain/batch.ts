import type { Message } from "@bufbuild/protobuf";
import type { Status } from "../../../proto/gen/google/rpc/status_pb.ts";
import { doneAtOnce } from "../../base/at-once.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { refusalOf, statusOf } from "../refusal/refusal-wire.ts";
import type { CallContext } from "./service.ts";

/** Elements of one batch that are worked on at once; no more are read, so that a caller who takes no outcomes is held back. */
const AT_ONCE = 16;

/** An element as its stream brings it. */
export interface BatchElement<Q extends Message> {
  elementId: string;
  request?: Q | undefined;
}

/** What came of an element. */
export interface BatchOutcome<A> {
  elementId: string;
  outcome: { case: "answer"; value: A } | { case: "refusal"; value: Status };
}

/** Works a batch off: gives what came of each element as soon as it is known. Only a fault of the stream itself is thrown. */
export function outcomesOf<Q extends Message, A extends Message>(
  elements: AsyncIterable<BatchElement<Q>>,
  call: CallContext,
): AsyncGenerator<BatchOutcome<A>> {
  return doneAtOnce(elements, AT_ONCE, (element, number) => serve<Q, A>(element, number, call));
}

async function serve<Q extends Message, A extends Message>(
  { elementId, request }: BatchElement<Q>,
  number: number,
  { element }: CallContext,
): Promise<BatchOutcome<A>> {
  try {
    if (!element) throw new Refusal("UNIMPLEMENTED", "a batch is served through the chain of calls alone");
    if (!request)
      throw refuseField("INVALID_FIELD", "request", "is missing", "say what is asked", "缺少请求内容，请填写");
    return { elementId, outcome: { case: "answer", value: (await element(request, number)) as A } };
  } catch (thrown) {
    return { elementId, outcome: { case: "refusal", value: statusOf(refusalOf(thrown)) } };
  }
}
