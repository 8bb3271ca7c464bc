import { once } from "node:events";
import http2, { type ClientHttp2Session, constants, createSecureServer, type ServerHttp2Session } from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openOperator } from "../../ops/trial/operator.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import { makeNodeFiles } from "./node-files.ts";

test("a server that ends an idle connection (GOAWAY) ends nobody's process, and is connected to again", async () => {
  const files = makeNodeFiles();
  const { key, cert } = files.identity(files.certify("service", ["issue"]));
  const server = createSecureServer({ key, cert });
  const served: ServerHttp2Session[] = [];
  server.on("session", (session) => served.push(session.on("error", () => {})));
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "12" }, { endStream: true });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  // The library keeps its connections to itself.
  const opened: ClientHttp2Session[] = [];
  const { connect } = http2;
  http2.connect = ((...given: Parameters<typeof connect>) => {
    const session = connect(...given);
    opened.push(session);
    return session;
  }) as typeof connect;
  syncBuiltinESMExports();
  // What nobody listens to ends a process; here it is kept.
  const unheard: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => unheard.push(error));

  const operator = openOperator({ ...files.certify("operator", ["operator"]), caFile: files.caFile });
  const client = operator.client(OutboxService, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  const reason = () => client.listPendingEvents({}).catch((error: Refusal) => error.reason);
  expect(await reason()).toBe("UNIMPLEMENTED");
  const goodbye = once(opened[0] as ClientHttp2Session, "goaway");
  served[0]?.goaway(constants.NGHTTP2_NO_ERROR);
  await goodbye;
  // The next call comes while the connection is still closing.
  expect(await reason()).toBe("UNIMPLEMENTED");
  expect(opened).toHaveLength(2);
  // Its late error, if any, has come by now: the second connection came about behind it.
  expect(unheard).toEqual([]);

  http2.connect = connect;
  syncBuiltinESMExports();
  process.removeAllListeners("uncaughtException");
  for (const listener of others) process.on("uncaughtException", listener);
  operator.close();
  server.close();
  files.remove();
});
