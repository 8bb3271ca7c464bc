import type { DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { methodPath } from "../../services/call/chain/routes.ts";

/** Calls one method over and over. */
export interface RawCaller {
  /** `token`: an access token; empty or left out: none is sent. */
  call(token?: string): Promise<void>;
  close(): void;
}

/** Calls with grpc-js directly, on one connection: the client must cost as little as it can. */
export function rawCaller<M extends DescMethodUnary>(
  address: string,
  ca: Buffer,
  method: M,
  request: MessageShape<M["input"]>,
): RawCaller {
  const client = new Client(address, credentials.createSsl(ca), {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.ssl_target_name_override": "localhost",
  });
  const path = methodPath(method);
  const written = (message: MessageShape<M["input"]>) => Buffer.from(toBinary(method.input, message));
  const read = (bytes: Buffer) => fromBinary(method.output, bytes);
  let last = { token: "", headers: new Metadata() };

  /** Headers of a token that comes again are made once. */
  function headersOf(token: string): Metadata {
    if (token === last.token) return last.headers;
    last = { token, headers: new Metadata() };
    last.headers.set("authorization", `Bearer ${token}`);
    return last.headers;
  }

  return {
    close: () => client.close(),
    call: (token = "") =>
      new Promise((resolve, reject) => {
        const deadline = { deadline: Date.now() + 30_000 };
        client.makeUnaryRequest(path, written, read, request, headersOf(token), deadline, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
  };
}
