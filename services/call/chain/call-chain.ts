import { setImmediate as nextTurn } from "node:timers/promises";
import { create, type Message } from "@bufbuild/protobuf";
import { abortableStream } from "../../base/abortable.ts";
import { steadyTime } from "../../base/steady-time.ts";
import { reachOf } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Logger } from "../../host/log.ts";
import type { CallMetrics } from "../../host/metrics.ts";
import { checkFieldRules } from "../request/field-rules.ts";
import { checkTexts } from "../request/text-fields.ts";
import { createAppRate } from "./app-rate.ts";
import { createBatchPlaces, elementsOf } from "./batch-elements.ts";
import { duringCall } from "./current-call.ts";
import { checkPermission } from "./permission.ts";
import type { Route } from "./routes.ts";
import { type Incoming, openServedCall, type ServedCall } from "./served-call.ts";

/** What all calls of a process share. */
export interface ChainOptions {
  /** Division code of this node. */
  node: string;
  log: Logger;
  metrics: CallMetrics;
  now: () => Date;
  /** Milliseconds of a clock that nobody sets. */
  monotonic: () => number;
  /** Unary calls and streams that may be served at once; one more is refused with `OVERLOADED`. */
  limits: { inFlight: number; streams: number };
}

/**
 * The one chain that every transport runs its calls through, outermost first: error mapping → trace and call log →
 * authentication → permission → body → bounded calls → field rules and text rule → handler. Nothing of a body is read for a caller that is not
 * let in, and a call takes no place from others while its only request arrives: that has limits of its own. A call that streams
 * requests has its place before the first of them. Whatever the chain throws is a `Refusal`.
 */
export interface CallChain {
  /**
   * Serves a unary call. `read` takes the request in and may refuse it; it is called once the caller has been let in. A call
   * without a deadline gets 30 seconds.
   */
  unary(route: Route, read: () => Message | Promise<Message>, incoming: Incoming): Promise<Message>;
  /**
   * Serves any call that streams, in whichever direction: a single request or answer is a stream of one. The first request is
   * asked for once the caller has been let in.
   */
  stream(route: Route, requests: AsyncIterable<Message>, incoming: Incoming): AsyncGenerator<Message>;
  /** Resolves when no call is being served. */
  idle(): Promise<void>;
  /** Cancels every call that is being served. */
  cancelAll(): void;
}

const DEFAULT_DEADLINE_MS = 30_000;

/** Makes the chain of a process. */
export function createCallChain({ node, log, metrics, now, monotonic, limits }: ChainOptions): CallChain {
  const served = new Set<ServedCall>();
  const flying = { unary: 0, streams: 0 };
  let whenIdle: (() => void)[] = [];
  const rate = createAppRate(monotonic);
  const batches = createBatchPlaces();

  const chain: CallChain = {
    async unary(route, read, incoming) {
      const deadline = incoming.deadline ?? new Date(steadyTime() + DEFAULT_DEADLINE_MS);
      const call = open(route, incoming, deadline);
      try {
        await identify(call, route, incoming);
        const answer = (await call.unlessCancelled(handled(call, route, read))) as Message;
        call.end("OK");
        return create(route.method.output, answer);
      } catch (thrown) {
        throw call.refused(thrown);
      }
    },

    async *stream(route, requests, incoming) {
      const call = open(route, incoming, incoming.deadline);
      let leave: (() => void) | undefined;
      try {
        await identify(call, route, incoming);
        const place = () => {
          const leaveBatch = route.element && batches.enter(call.context.caller);
          const leaveStream = enter("streams", limits.streams);
          leave = () => {
            leaveStream();
            leaveBatch?.();
          };
        };
        if (route.element) call.context.element = elementsOf(chain.unary, route.element, call.context, incoming);
        const answers = answersOf(route, watched(requests), call, place);
        for await (const answer of abortableStream(answers, call.context.signal)) {
          yield create(route.method.output, answer);
        }
        call.end("OK");
      } catch (thrown) {
        throw call.refused(thrown);
      } finally {
        leave?.();
        call.end("CANCELLED");
      }
    },

    idle: () => (served.size === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),

    cancelAll() {
      for (const call of served) call.cancel(new Refusal("CANCELLED", "the server stops", { retryAfterMs: 1_000 }));
    },
  };
  return chain;

  function open(route: Route, incoming: Incoming, deadline: Date | undefined): ServedCall {
    const call = openServedCall({ route, incoming, deadline, log, now, onEnd });
    served.add(call);
    metrics.inFlight(1);
    return call;
  }

  function onEnd(call: ServedCall, method: string, outcome: string, ms: number): void {
    served.delete(call);
    metrics.inFlight(-1);
    metrics.called(method, outcome, ms / 1_000);
    if (served.size > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  }

  async function* watched(requests: AsyncIterable<Message>): AsyncGenerator<Message> {
    try {
      yield* requests;
    } catch (thrown) {
      throw counted(thrown);
    }
  }

  async function handled(call: ServedCall, route: Route, read: () => Message | Promise<Message>): Promise<unknown> {
    let request: Message;
    try {
      request = await read();
    } catch (thrown) {
      throw counted(thrown);
    }
    call.throwIfCancelled();
    const leave = enter("unary", limits.inFlight);
    // The place is free when the handler has ended, which may be after its caller was told to go.
    try {
      checkMessage(route, request, call);
      return await duringCall(call.context, () => route.handler(request as never, call.context));
    } finally {
      leave();
    }
  }

  /** A refusal by a limit of what is taken in bears the limit's name. */
  function counted(thrown: unknown): unknown {
    const limit = thrown instanceof Refusal ? thrown.metadata.limit_name : undefined;
    if (limit !== undefined) metrics.refused(limit);
    return thrown;
  }

  function enter(kind: "unary" | "streams", limit: number): () => void {
    if (flying[kind] >= limit) {
      throw new Refusal("OVERLOADED", "too many calls are being served", { retryAfterMs: 500 });
    }
    flying[kind]++;
    return () => {
      flying[kind]--;
    };
  }

  async function identify(call: ServedCall, route: Route, incoming: Incoming): Promise<void> {
    const caller = await incoming.authenticate();
    call.context.caller = caller;
    checkPermission(route.name, route.requirement, caller, node);
    if (route.requirement) call.context.reach = reachOf(caller, route.requirement);
    rate.admit(caller);
    call.context.callsOf = rate.callsOf;
  }
}

function checkMessage({ method, element }: Route, request: Message, { context }: ServedCall): void {
  checkFieldRules(method.input, request);
  // What an element holds is judged when it is served, and refuses it alone.
  if (!element) checkTexts(method.input, request, context.caller.kind);
}

async function* checked(route: Route, requests: AsyncIterable<Message>, call: ServedCall): AsyncGenerator<Message> {
  const { signal } = call.context;
  for await (const request of requests) {
    checkMessage(route, request, call);
    yield request;
  }
  // Node ends the body of a reset stream two turns before it tells of the reset: a caller that has gone must not pass for
  // one that has said all.
  for (let turn = 0; turn < 4 && !signal.aborted; turn++) await nextTurn();
  signal.throwIfAborted();
}

async function* answersOf(
  route: Route,
  requests: AsyncIterable<Message>,
  call: ServedCall,
  place: () => void,
): AsyncGenerator<Message> {
  const input = checked(route, requests, call);
  const kind = route.method.methodKind;
  const request = kind === "server_streaming" || kind === "unary" ? await only(input) : input;
  call.context.signal.throwIfAborted();
  place();
  const answer = route.handler(request as never, call.context);
  if (kind === "client_streaming" || kind === "unary") yield (await answer) as Message;
  else yield* answer as AsyncIterable<Message>;
}

async function only(requests: AsyncIterator<Message>): Promise<Message> {
  const { value, done } = await requests.next();
  if (done) throw new Refusal("INVALID_FIELD", "the call ended without a request");
  return value;
}
