import type { Message } from "@bufbuild/protobuf";
import type { Actor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import { callerName } from "./caller.ts";
import type { Route } from "./routes.ts";
import type { Incoming } from "./served-call.ts";
import type { CallContext } from "./service.ts";

/** Batches of one caller that a process serves at once: each holds a place of a stream for as long as it likes. */
const BATCHES = 4;

/** Serves the elements of one batch by the chain's `unary`, each as a call of `route`: see `CallContext.element`. */
export function elementsOf(
  unary: (route: Route, read: () => Message, incoming: Incoming) => Promise<Message>,
  route: Route,
  batch: CallContext,
  incoming: Incoming,
): NonNullable<CallContext["element"]> {
  return (request, number) =>
    unary(route, () => request, {
      header(name) {
        if (name === "x-request-id") return `${batch.requestId}.${number}`;
        return name === "traceparent" ? batch.traceparent : incoming.header(name);
      },
      authenticate: () => incoming.authenticate(),
      onGone(gone) {
        const { signal } = batch;
        if (signal.aborted) queueMicrotask(gone);
        signal.addEventListener("abort", gone, { once: true });
        return () => signal.removeEventListener("abort", gone);
      },
      deadline: batch.deadline,
      address: batch.address,
    });
}

/** Counts the batches that are served. */
export function createBatchPlaces() {
  const served = new Map<string, number>();
  return {
    /** Takes a place. Throws `RATE_EXCEEDED` where the caller has all of its own. Returns the way to give it back. */
    enter(caller: Actor): () => void {
      const name = callerName(caller);
      const count = served.get(name) ?? 0;
      if (count >= BATCHES) {
        const message = `${BATCHES} batches of one caller are served at once: end one of them first`;
        const localizedDetail = `每个应用同时最多${BATCHES}个批量调用，请先结束其中一个`;
        throw new Refusal("RATE_EXCEEDED", message, { retryAfterMs: 1_000, localizedDetail });
      }
      served.set(name, count + 1);
      return () => {
        const left = (served.get(name) ?? 1) - 1;
        if (left === 0) served.delete(name);
        else served.set(name, left);
      };
    },
  };
}
