import { once } from "node:events";
import { connect, createServer, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createConnection } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pingSession } from "./session-ping.ts";

const server = createServer();
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());

test("a connection that was destroyed and has not told so yet is not pinged: that would end the process", async () => {
  const opened = once(server, "session");
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on("error", () => {});
  const [session] = (await opened) as [ServerHttp2Session];
  const closed = once(session, "close");
  session.destroy();
  expect(() => session.ping(() => {})).toThrow("destroyed");
  expect(() => pingSession(session, 1_000)).not.toThrow();
  await closed;
  client.destroy();
});

test("a connection whose other end does not answer in time is closed", async () => {
  const opened = once(server, "session");
  // It begins as HTTP/2 does, and says nothing any more.
  const mute = createConnection((server.address() as AddressInfo).port, "127.0.0.1");
  mute.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  mute.write(Buffer.from("000000040000000000", "hex"));
  const [session] = (await opened) as [ServerHttp2Session];
  const closed = once(session, "close");
  pingSession(session, 50);
  await closed;
  mute.destroy();
});
