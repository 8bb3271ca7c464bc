import type { DescService } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { TokenService } from "../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import type { CheckedOptions, EndpointOptions } from "./options.ts";
import { openReplicas } from "./replicas.ts";

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
  const replicas = openReplicas(endpoint);
  const open = <S extends DescService>(service: S) =>
    createClient(service, replicas.transport(service, options.timeoutMs));
  const tokens = open(TokenService);
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

  return {
    client: (service) => createClient(service, replicas.transport(service, options.timeoutMs, [authorised])),
    open,
    close: () => replicas.close(),
  };
}
