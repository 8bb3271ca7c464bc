import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { translated } from "./failure.ts";

test("what a socket says whose other end has just gone is a store that is away, not a fault of this program", async () => {
  const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as { port: number }).port, "127.0.0.1");
  socket.resume();
  await once(socket, "end");
  const told = once(socket, "error");
  socket.write("x");
  const [error] = await told;
  expect(error).toMatchObject({ code: "EPIPE" });
  expect(translated(error)).toMatchObject({ reason: "STORE_AWAY" });
  server.close();
});

test("an error of another kind comes back as it is", () => {
  const error = new TypeError("a defect");
  expect(translated(error)).toBe(error);
});
