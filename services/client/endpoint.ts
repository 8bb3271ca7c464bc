import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { Deadline } from "./deadline.ts";
import type { CheckedOptions, EndpointOptions } from "./options.ts";
import { openReplicas, type UnaryCall } from "./replicas.ts";

/** One core as an app sees it: typed clients whose calls carry a fresh access token. They throw `Refusal`. */
export interface Endpoint {
  client<S extends DescService>(service: S): Client<S>;
  /** A client without a token, for public methods. */
  open<S extends DescService>(service: S): Client<S>;
  /** The same as `client` for callers that have somewhere else to turn to: a core that cannot be reached is not waited for. */
  impatient<S extends DescService>(service: S): Client<S>;
  close(): void;
}

type Sending = Pick<UnaryCall, "impatient" | "harmless"> & Partial<Pick<UnaryCall, "headers" | "renewToken">>;

/** Connects to a core at the first call. Tokens are got by AppKey and secret, kept, and got again before they end. */
export function createEndpoint(endpoint: EndpointOptions, options: CheckedOptions): Endpoint {
  const replicas = openReplicas(endpoint, options);
  const clients = (sending: (deadline: Deadline) => Sending) =>
    (<S extends DescService>(service: S) => createClient(service, transport(sending))) as Endpoint["client"];

  // A token more does no harm.
  const asked = (impatient: boolean) => clients(() => ({ impatient, harmless: true }))(TokenService);
  const tokens = createAccessTokens({ patient: asked(false), impatient: asked(true) }, options);

  function transport(sending: (deadline: Deadline) => Sending): Transport {
    return {
      async unary(method, signal, timeoutMs, header, input) {
        const deadline = new Deadline({ timeoutMs: timeoutMs ?? options.timeoutMs, signal });
        try {
          const { headers = async () => ({}), ...rest } = sending(deadline);
          const given = Object.fromEntries(new Headers(header));
          const { request, message } = written(method, input);
          const all = async () => ({ ...given, ...(await headers()) });
          // Contracts have a `request_id` only where it is honoured.
          const named = "requestId" in request && request.requestId !== "" && { harmless: true };
          const bytes = await replicas.call({ method, message, deadline, headers: all, ...named, ...rest });
          const { parent: service } = method;
          const [headersOf, trailer] = [new Headers(), new Headers()];
          return { stream: false, service, method, header: headersOf, trailer, message: decoded(method, bytes) };
        } finally {
          deadline.end();
        }
      },
      async stream() {
        throw new Refusal("UNIMPLEMENTED", "the connector makes no streaming calls");
      },
    };
  }

  const authorised = (impatient: boolean) => (deadline: Deadline) => ({
    impatient,
    headers: async () => ({ authorization: `Bearer ${await tokens.current(deadline, impatient)}` }),
    renewToken: () => tokens.forget(),
  });
  return {
    open: clients(() => ({ impatient: false })),
    client: clients(authorised(false)),
    impatient: clients(authorised(true)),
    close: () => replicas.close(),
  };
}

function written<I extends DescMessage>(method: DescMethodUnary<I>, input: MessageInitShape<I>) {
  try {
    const request = create(method.input, input);
    return { request, message: toBinary(method.input, request) };
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `the request is no ${method.input.typeName}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function decoded<O extends DescMessage>(method: DescMethodUnary<DescMessage, O>, bytes: Uint8Array) {
  try {
    return fromBinary(method.output, bytes);
  } catch (cause) {
    const text = `the answer is no ${method.output.typeName}: ${(cause as Error).message}; the call was processed`;
    throw new Refusal("CLIENT_FAULT", text, { cause });
  }
}
