import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { type CallOptions, type Client, type ClientDuplexStream, Metadata } from "@grpc/grpc-js";
import { writeDrained } from "../../base/write-drained.ts";
import { methodPath } from "../chain/routes.ts";
import { refusalFromError } from "../refusal/refusal-wire.ts";
import { cancelled, codecs, DIRECT, type Road, unaryCall } from "./grpc-unary.ts";
import type { HeadersInput } from "./local-transport.ts";

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * A Connect transport over a grpc-js channel, which brings balancing, health and retries. `fixed` headers go out with each
 * call. Errors are refusals, rebuilt from what the server sent. `road` says how replicas of the service are told apart and waited for.
 */
export function grpcTransport(client: Client, fixed: Record<string, string>, road: Road = DIRECT): Transport {
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
      const call = { client, method, request, metadata, signal, timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS };
      const message = await unaryCall(call, road);
      const { parent: service } = method;
      const [headers, trailer] = [new Headers(), new Headers()];
      return { stream: false, service, method, header: headers, trailer, message };
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

function callOptions(timeoutMs: number | undefined): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function metadataOf(header: HeadersInput, fixed: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of new Headers(header)) metadata.set(name, value);
  for (const [name, value] of Object.entries(fixed)) metadata.set(name, value);
  return metadata;
}
