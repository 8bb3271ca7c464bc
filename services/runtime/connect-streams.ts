import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import { createContextKey, createContextValues, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Refusal } from "../domain/refusal.ts";
import type { Incoming, Route } from "./call-chain.ts";
import { type ConnectRequest, type ConnectResponse, type ConnectServerOptions, namesOf } from "./connect-server.ts";
import type { MachineName } from "./machine-name.ts";
import { connectErrorOf, refusalOf } from "./refusal-wire.ts";
import { methodPath, SPEAKER_HEADER, TARGET_HEADER } from "./routes.ts";

const NAMES = createContextKey<readonly MachineName[]>([]);

/** Serves all that connect-node speaks beside unary Connect: Connect streams, gRPC-Web and gRPC. */
export function connectStreams(
  options: ConnectServerOptions,
): (request: ConnectRequest, response: ConnectResponse) => void {
  return connectNodeAdapter({
    routes(router) {
      for (const [service, methods] of Map.groupBy(options.routes.methods, ({ parent }) => parent)) {
        const handlers = methods.map((method) => [method.localName, handlerOf(method, options)]);
        router.service(service, Object.fromEntries(handlers) as Partial<ServiceImpl<DescService>>);
      }
    },
    contextValues: (request) => createContextValues().set(NAMES, namesOf(request)),
    jsonOptions: { ignoreUnknownFields: false },
    readMaxBytes: options.limits.messageBytes,
  });
}

function handlerOf(
  method: DescMethod,
  options: ConnectServerOptions,
): (input: never, context: HandlerContext) => unknown {
  const { chain, routes, authenticate } = options;
  const path = methodPath(method);

  switch (method.methodKind) {
    case "unary":
      return async (request: Message, context) => {
        try {
          return await chain.unary(routeOf(context), () => request, incomingOf(context));
        } catch (thrown) {
          throw connectErrorOf(refusalOf(thrown));
        }
      };
    case "client_streaming":
      return async (requests: AsyncIterable<Message>, context) => {
        for await (const answer of stream(requests, context)) return answer;
      };
    case "server_streaming":
      return (request: Message, context) => stream(one(request), context);
    case "bidi_streaming":
      return (requests: AsyncIterable<Message>, context) => stream(requests, context);
  }

  async function* stream(requests: AsyncIterable<Message>, context: HandlerContext): AsyncGenerator<Message> {
    try {
      yield* chain.stream(routeOf(context), requests, incomingOf(context));
    } catch (thrown) {
      throw connectErrorOf(refusalOf(thrown));
    }
  }

  function routeOf({ requestHeader }: HandlerContext): Route {
    const route = routes.find(path, requestHeader.get(TARGET_HEADER) ?? undefined);
    if (!route) throw new Refusal("UNIMPLEMENTED", `${path} is not served here for that target`);
    return route;
  }

  function incomingOf({ requestHeader, signal, timeoutMs, values }: HandlerContext): Incoming {
    const header = (name: string) => requestHeader.get(name) ?? undefined;
    const left = timeoutMs();
    return {
      header,
      authenticate: () => authenticate(values.get(NAMES), header(SPEAKER_HEADER), header("authorization")),
      onGone(gone) {
        signal.addEventListener("abort", gone, { once: true });
        return () => signal.removeEventListener("abort", gone);
      },
      deadline: left === undefined ? undefined : new Date(Date.now() + left),
    };
  }
}

async function* one(request: Message): AsyncGenerator<Message> {
  yield request;
}
