import {
  clone,
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { steadyTime } from "../../base/steady-time.ts";
import type { MachineActor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { ServiceName } from "../../host/config.ts";
import type { CallChain } from "../chain/call-chain.ts";
import { methodPath, type Route, type RouteTable } from "../chain/routes.ts";
import type { Incoming } from "../chain/served-call.ts";

/** Headers as a client gives them. */
export type HeadersInput = ConstructorParameters<typeof Headers>[0];

/** How services of one process meet. */
export interface LocalTransportOptions {
  chain: CallChain;
  /** Asked at each call, so that services may start in any order. `undefined` until everything is mounted. */
  routes: () => RouteTable | undefined;
  target: ServiceName;
  /** The calling service. */
  caller: MachineActor;
}

/**
 * A transport between services of one process: through the same chain, permissions and field rules as over the wire, but
 * without serialisation. Messages are copied on both ways, so that neither side sees what the other does to its own; frozen ones, which are frozen as a
 * whole, are handed over as they are.
 */
export function localTransport({ chain, routes, target, caller }: LocalTransportOptions): Transport {
  return {
    async unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInput,
      input: MessageInitShape<I>,
    ): Promise<UnaryResponse<I, O>> {
      const request = copy(method.input, create(method.input, input));
      const answer = await chain.unary(routeOf(method), () => request, incomingOf(signal, timeoutMs, header));
      const message = copy(method.output, answer as MessageShape<O>);
      return {
        ...{ stream: false, service: method.parent, method, message },
        // Hardly anybody asks for them.
        get header() {
          return new Headers();
        },
        get trailer() {
          return new Headers();
        },
      };
    },

    async stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInput,
      input: AsyncIterable<MessageInitShape<I>>,
    ): Promise<StreamResponse<I, O>> {
      const requests = copies(method.input, input);
      const answers = chain.stream(routeOf(method), requests, incomingOf(signal, timeoutMs, header));
      const message = copies(method.output, answers as AsyncIterable<MessageInitShape<O>>);
      return { stream: true, service: method.parent, method, header: new Headers(), trailer: new Headers(), message };
    },
  };

  function routeOf(method: DescMethodUnary | DescMethodStreaming): Route {
    const route = routes()?.find(methodPath(method), target);
    if (route) return route;
    if (routes()) throw new Refusal("UNIMPLEMENTED", `${target} does not serve ${methodPath(method)}`);
    throw new Refusal("PEER_AWAY", `${target} is still starting`, { retryAfterMs: 500 });
  }

  function incomingOf(signal: AbortSignal | undefined, timeoutMs: number | undefined, headers: HeadersInput): Incoming {
    const given = new Headers(headers);
    return {
      header: (name) => given.get(name) ?? undefined,
      authenticate: () => caller,
      onGone(gone) {
        if (signal?.aborted) gone();
        signal?.addEventListener("abort", gone, { once: true });
        return () => signal?.removeEventListener("abort", gone);
      },
      deadline: timeoutMs === undefined ? undefined : new Date(steadyTime() + timeoutMs),
    };
  }
}

/** What is frozen nobody changes: it needs no copy. */
function copy<D extends DescMessage>(schema: D, message: MessageShape<D>): MessageShape<D> {
  return Object.isFrozen(message) ? message : clone(schema, message);
}

async function* copies<D extends DescMessage>(
  schema: D,
  messages: AsyncIterable<MessageInitShape<D>>,
): AsyncGenerator<MessageShape<D>> {
  for await (const message of messages) yield copy(schema, create(schema, message));
}
