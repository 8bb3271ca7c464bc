import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import {
  type CallOptions,
  type Client,
  type ClientDuplexStream,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { Refusal } from "../domain/refusal.ts";
import type { HeadersInput } from "./local-transport.ts";
import { refusalFromError } from "./refusal-wire.ts";
import { methodPath } from "./routes.ts";
import { isRepeatable } from "./service-config.ts";
import { writeDrained } from "./write-drained.ts";

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * A Connect transport over a grpc-js channel, which brings balancing, health and retries. `fixed` headers go out with each
 * call. Errors are refusals, rebuilt from what the server sent.
 */
export function grpcTransport(client: Client, fixed: Record<string, string>): Transport {
  return {
    async unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInput,
      input: MessageInitShape<I>,
    ): Promise<UnaryResponse<I, O>> {
      const request = create(method.input, input);
      const metadata = metadataOf(header, fixed);
      const options = callOptions(timeoutMs ?? DEFAULT_TIMEOUT_MS);
      const first = await callUnary(client, method, request, metadata, options, signal);
      // grpc-js holds a call to its server once that has begun to answer, so a server killed then costs a call that the
      // service config would have repeated elsewhere.
      const again = first.error && first.begun && isRepeatable(method) && !hasDecided(first.error) && !signal?.aborted;
      const { error, message } = again ? await callUnary(client, method, request, metadata, options, signal) : first;
      if (error) throw signal?.aborted ? cancelled(signal) : refusalFromError(error);
      const { parent: service } = method;
      const [headers, trailer] = [new Headers(), new Headers()];
      return { stream: false, service, method, header: headers, trailer, message: message as MessageShape<O> };
    },

    async stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInput,
      input: AsyncIterable<MessageInitShape<I>>,
    ): Promise<StreamResponse<I, O>> {
      if (signal?.aborted) throw cancelled(signal);
      const { serialize, deserialize } = codecs(method);
      // On the wire every kind of stream is alike: a stream of one message is what the other kinds send.
      const call = client.makeBidiStreamRequest(
        methodPath(method),
        serialize,
        deserialize,
        metadataOf(header, fixed),
        callOptions(timeoutMs),
      );
      pump(method.input, input, call);
      const message = answers(call, signal);
      const { parent: service } = method;
      return { stream: true, service, method, header: new Headers(), trailer: new Headers(), message };
    },
  };
}

interface UnaryOutcome<O extends DescMessage> {
  message?: MessageShape<O> | undefined;
  error?: ServiceError;
  /** The server had begun to answer. */
  begun: boolean;
}

function callUnary<I extends DescMessage, O extends DescMessage>(
  client: Client,
  method: DescMethodUnary<I, O>,
  request: MessageShape<I>,
  metadata: Metadata,
  options: CallOptions,
  signal: AbortSignal | undefined,
): Promise<UnaryOutcome<O>> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(signal));
    const { serialize, deserialize } = codecs(method);
    let begun = false;
    const path = methodPath(method);
    const call = client.makeUnaryRequest(path, serialize, deserialize, request, metadata, options, (error, message) => {
      signal?.removeEventListener("abort", cancel);
      resolve(error ? { error, begun } : { message, begun });
    });
    call.once("metadata", () => {
      begun = true;
    });
    const cancel = () => call.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

/** The error is an answer of the service, not a connection that died. */
function hasDecided({ code, metadata }: ServiceError): boolean {
  return code !== status.UNAVAILABLE || metadata.get("grpc-status-details-bin").length > 0;
}

type Duplex<I extends DescMessage, O extends DescMessage> = ClientDuplexStream<MessageShape<I>, MessageShape<O>>;

async function pump<I extends DescMessage, O extends DescMessage>(
  schema: I,
  input: AsyncIterable<MessageInitShape<I>>,
  call: Duplex<I, O>,
): Promise<void> {
  try {
    for await (const message of input) {
      if (call.destroyed) return;
      await writeDrained(call, create(schema, message));
    }
    call.end();
  } catch {
    // Either the call has failed, which its reader is told, or the input has: then nothing more can be sent.
    call.cancel();
  }
}

async function* answers<I extends DescMessage, O extends DescMessage>(
  call: Duplex<I, O>,
  signal: AbortSignal | undefined,
): AsyncGenerator<MessageShape<O>> {
  const cancel = () => call.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    yield* call as AsyncIterable<MessageShape<O>>;
  } catch (error) {
    throw signal?.aborted ? cancelled(signal) : refusalFromError(error);
  } finally {
    signal?.removeEventListener("abort", cancel);
    call.cancel();
  }
}

function codecs<I extends DescMessage, O extends DescMessage>(method: DescMethod & { input: I; output: O }) {
  return {
    serialize: (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
    deserialize: (bytes: Buffer) => fromBinary(method.output, bytes),
  };
}

function callOptions(timeoutMs: number | undefined): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function metadataOf(header: HeadersInput, fixed: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of new Headers(header)) metadata.set(name, value);
  for (const [name, value] of Object.entries(fixed)) metadata.set(name, value);
  return metadata;
}

function cancelled(signal: AbortSignal): Refusal {
  return signal.reason instanceof Refusal ? signal.reason : new Refusal("CANCELLED", "the call was cancelled");
}
