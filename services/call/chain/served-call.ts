import { randomHex } from "../../base/random-hex.ts";
import { steadyTime } from "../../base/steady-time.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Logger } from "../../host/log.ts";
import { refusalOf } from "../refusal/refusal-wire.ts";
import { callerName } from "./caller.ts";
import type { Route } from "./routes.ts";
import type { CallContext } from "./service.ts";
import { startTrace } from "./trace.ts";

/** A call as a transport hands it over, before anything about it is believed. */
export interface Incoming {
  header(name: string): string | undefined;
  /** Finds out who calls; throws `TOKEN_*` where a proof is bad. */
  authenticate(): Actor | Promise<Actor>;
  /** Calls back when the caller has gone. Returns the way to stop listening. */
  onGone(gone: () => void): () => void;
  readonly deadline: Date | undefined;
  /** Address that the connection comes from, without its port; absent inside a process. */
  readonly address?: string | undefined;
}

/** One call while it is served: its context, and the one place where it ends in log, trace and metrics. */
export interface ServedCall {
  readonly context: CallContext & {
    caller: Actor;
    reach: Reach;
    callsOf?: CallContext["callsOf"];
    element?: CallContext["element"];
  };
  /** Throws the reason if the call was cancelled. */
  throwIfCancelled(): void;
  /** Resolves like `running`, or rejects with the reason as soon as the call is cancelled; `running` goes on by itself. One at a time. */
  unlessCancelled<T>(running: Promise<T>): Promise<T>;
  cancel(reason: Refusal): void;
  /** Ends the call with `OK` or a reason. Only the first end counts. */
  end(outcome: string): void;
  /** Ends the call with a thrown value and gives the refusal that the caller gets. */
  refused(thrown: unknown): Refusal;
}

/** What {@link openServedCall} needs. */
export interface ServedCallOptions {
  route: Route;
  incoming: Incoming;
  deadline: Date | undefined;
  log: Logger;
  now: () => Date;
  onEnd(call: ServedCall, method: string, outcome: string, ms: number): void;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** Opens a call: request id, trace, deadline. Nothing is known yet about who calls. */
export function openServedCall({ route, incoming, deadline, log, now, onEnd }: ServedCallOptions): ServedCall {
  const time = now().toISOString();
  const started = performance.now();
  // Made when somebody asks for it: most calls end without, and it costs as much as their call log.
  let controller: AbortController | undefined;
  let cancelled: Refusal | undefined;
  let refuse: ((reason: Refusal) => void) | undefined;
  const trace = startTrace(route.name, incoming.header("traceparent"));
  let notes: Record<string, string> | undefined;
  let ended = false;

  const given = incoming.header("x-request-id") ?? "";
  const context: ServedCall["context"] = {
    caller: { kind: "public" },
    reach: { kind: "all" },
    requestId: REQUEST_ID.test(given) ? given : randomHex(12),
    traceparent: trace.traceparent,
    get signal() {
      controller ??= new AbortController();
      if (cancelled && !controller.signal.aborted) controller.abort(cancelled);
      return controller.signal;
    },
    deadline,
    address: incoming.address,
    method: route.name,
    note(fields) {
      notes = { ...notes, ...fields };
    },
  };
  const forget = incoming.onGone(() => cancel(new Refusal("CANCELLED", "the caller has gone")));
  const timer = deadline && setTimeout(expire, Math.max(0, deadline.getTime() - steadyTime()));
  const call: ServedCall = { context, throwIfCancelled, unlessCancelled, cancel, end, refused };
  return call;

  function expire(): void {
    cancel(new Refusal("DEADLINE_EXCEEDED", "the call was not served before its deadline"));
  }

  function cancel(reason: Refusal): void {
    if (ended || cancelled) return;
    cancelled = reason;
    controller?.abort(reason);
    refuse?.(reason);
  }

  function throwIfCancelled(): void {
    if (cancelled) throw cancelled;
  }

  function unlessCancelled<T>(running: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      refuse = reject;
      running.then(resolve, reject);
      if (cancelled) reject(cancelled);
    });
  }

  function end(outcome: string, fields: readonly string[] = []): void {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    forget();
    const ms = performance.now() - started;
    const line = {
      time,
      requestId: context.requestId,
      traceId: trace.traceId,
      caller: callerName(context.caller),
      method: route.name,
      outcome,
      ms: Math.round(ms * 1_000) / 1_000,
      ...(notes && { notes }),
    };
    route.callLog.write(line, { caller: context.caller, fields });
    trace.end(outcome);
    onEnd(call, route.name, outcome, ms);
  }

  function refused(thrown: unknown): Refusal {
    const refusal = refusalOf(thrown);
    if (refusal.reason === "INTERNAL") {
      const { id = "none" } = refusal.metadata;
      const { requestId } = context;
      log.error({ id, requestId, traceId: trace.traceId, method: route.name, cause: refusal.cause }, refusal.message);
    }
    end(
      refusal.reason,
      refusal.fields.map(({ field }) => field),
    );
    return refusal;
  }
}
