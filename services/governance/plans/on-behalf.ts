import type { CallContext } from "../../call/chain/service.ts";

/** Options of a call that is made for a caller who waits. */
export function onBehalf({ requestId, traceparent, signal }: CallContext) {
  return { signal, headers: { "x-request-id": requestId, traceparent } };
}
