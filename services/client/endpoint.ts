import type { DescService } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { TokenService } from "../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import type { CheckedOptions, EndpointOptions } from "./options.ts";

/** One core as an app sees it: typed clients whose calls carry a fresh access token. */
export interface Endpoint {
  client<S extends DescService>(service: S): Client<S>;
  /** A client without a token, for public methods. */
  open<S extends DescService>(service: S): Client<S>;
  close(): void;
}

/** A token is renewed this long before it ends, so that none ends on its way. */
const RENEW_BEFORE_MS = 30_000;

/** Connects to a core at the first call. Tokens are got by AppKey and secret, kept, and got again when they end. */
export function createEndpoint(endpoint: EndpointOptions, options: CheckedOptions): Endpoint {
  const nodeOptions = endpoint.ca === undefined ? {} : { ca: endpoint.ca };
  const session = new Http2SessionManager(
    endpoint.address,
    { pingIntervalMs: 10_000, pingTimeoutMs: 3_000 },
    nodeOptions,
  );
  const transportWith = (interceptors: Interceptor[]): Transport =>
    createGrpcTransport({
      baseUrl: endpoint.address,
      sessionManager: session,
      defaultTimeoutMs: options.timeoutMs,
      interceptors,
    });
  const plain = transportWith([]);
  const tokens = createClient(TokenService, plain);
  let token: { text: string; endsAt: number } | undefined;
  let asking: Promise<string> | undefined;

  async function ask(): Promise<string> {
    const appSecret = typeof options.appSecret === "string" ? options.appSecret : await options.appSecret();
    const answer = await tokens.issueAccessToken({ appKey: options.appKey, appSecret });
    token = { text: answer.accessToken, endsAt: Date.now() + answer.expiresInSeconds * 1000 };
    return token.text;
  }

  function freshToken(): string | Promise<string> {
    if (token && Date.now() < token.endsAt - RENEW_BEFORE_MS) return token.text;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  const authorised: Interceptor = (next) => async (request) => {
    request.header.set("authorization", `Bearer ${await freshToken()}`);
    try {
      return await next(request);
    } catch (error) {
      // A core whose token key was changed no longer knows this token: the next call gets another.
      if (error instanceof ConnectError && error.code === Code.Unauthenticated) token = undefined;
      throw error;
    }
  };
  const withToken = transportWith([authorised]);

  return {
    client: (service) => createClient(service, withToken),
    open: (service) => createClient(service, plain),
    close: () => session.abort(),
  };
}
