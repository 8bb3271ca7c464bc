import type {
  DescMessage,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { CallOptions } from "@connectrpc/connect";
import { steadyTime } from "../../base/steady-time.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Reach } from "../../domain/permit.ts";

/** What a handler knows about the call it serves, beside the request. */
export interface CallContext {
  /** Who calls, proven; the permission of the method has already been checked. */
  readonly caller: Actor;
  /** Which records the caller may meet by this method: a part of the handler's queries. */
  readonly reach: Reach;
  /** Travels through every hop of one request (`x-request-id`); made here if the caller sent none. */
  readonly requestId: string;
  /** W3C trace context to hand on. */
  readonly traceparent: string;
  /** Aborts when the caller has gone, the deadline has passed, or the process gives up draining. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting. Streams may have none. */
  readonly deadline: Date | undefined;
  /**
   * Address that the connection comes from, without its port: for limits on callers without proof, never for trust. Behind
   * a proxy it is the proxy's; absent inside a process.
   */
  readonly address?: string | undefined;
  /** Calls that an app has made to this process in this minute; set once the caller was let in. */
  readonly callsOf?: ((app: string) => number) | undefined;
  /**
   * In a batch: serves one element as the unary call that it stands for, through the whole chain, whoever calls judged anew. `number` tells elements of one stream
   * apart. Throws `Refusal` as that call would. Absent in all other calls.
   */
  readonly element?: ((request: Message, number: number) => Promise<Message>) | undefined;
  /** Full name of the method, `ecert.issue.v1.IssueService/MakeCertificate`. */
  readonly method: string;
  /** Adds fields to the call log's line. Codes and numbers only: never personal data, tokens or secrets. */
  note(fields: Record<string, string>): void;
}

/** Serves one unary RPC. Refuses by throwing `Refusal`; anything else thrown reaches callers as `INTERNAL` with an id. */
export type UnaryHandler<I extends DescMessage, O extends DescMessage> = (
  request: MessageShape<I>,
  call: CallContext,
) => Promise<MessageInitShape<O>>;

/** Serves one RPC whose answer is a stream. */
export type ServerStreamHandler<I extends DescMessage, O extends DescMessage> = (
  request: MessageShape<I>,
  call: CallContext,
) => AsyncIterable<MessageInitShape<O>>;

/** Serves one RPC whose request is a stream. */
export type ClientStreamHandler<I extends DescMessage, O extends DescMessage> = (
  requests: AsyncIterable<MessageShape<I>>,
  call: CallContext,
) => Promise<MessageInitShape<O>>;

/** Serves one RPC that streams both ways. Ending the answer ends the call; `requests` ends when the caller half-closes. */
export type BidiHandler<I extends DescMessage, O extends DescMessage> = (
  requests: AsyncIterable<MessageShape<I>>,
  call: CallContext,
) => AsyncIterable<MessageInitShape<O>>;

/** The handler that fits a method of a generated service descriptor. */
export type Handler<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? UnaryHandler<I, O>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? ServerStreamHandler<I, O>
      : M extends DescMethodClientStreaming<infer I, infer O>
        ? ClientStreamHandler<I, O>
        : M extends DescMethodBiDiStreaming<infer I, infer O>
          ? BidiHandler<I, O>
          : never;

/** One handler per RPC of a service; every RPC is required. */
export type Handlers<S extends DescService> = { [K in keyof S["method"]]: Handler<S["method"][K]> };

/** A handler whose message types are no longer known; the descriptor beside it tells them. */
export type UntypedHandler = (request: never, call: CallContext) => unknown;

/** A service with its handlers, ready for every transport. */
export interface MountedService {
  readonly descriptor: DescService;
  readonly handlers: Readonly<Record<string, UntypedHandler>>;
}

/** Joins a generated service descriptor and its handlers. The types prove that no RPC is missing. */
export function mount<S extends DescService>(descriptor: S, handlers: Handlers<S>): MountedService {
  return { descriptor, handlers: handlers as unknown as MountedService["handlers"] };
}

/**
 * Options for a client call that is made on behalf of a call being served: its deadline, cancellation, request id and
 * trace travel on. Each hop keeps a little of the time (a twentieth, at most 200 ms), so that it can still say who did not answer.
 * Use it for every such call; leave it out only for work that outlives the caller.
 */
export function onBehalf(call: CallContext): CallOptions {
  const left = call.deadline && call.deadline.getTime() - steadyTime();
  return {
    signal: call.signal,
    ...(left !== undefined && { timeoutMs: Math.max(1, left - Math.min(200, left / 20)) }),
    headers: { "x-request-id": call.requestId, traceparent: call.traceparent },
  };
}
