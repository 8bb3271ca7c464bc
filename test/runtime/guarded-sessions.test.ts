import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { GuardedSessions } from "../../services/client/guarded-sessions.ts";

test("an error of a connection that was left already does not end the process of the department's system", async () => {
  const server = createServer((_request, response) => response.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sessions = new GuardedSessions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    for (const round of [1, 2]) {
      const stream = await sessions.request("GET", `/${round}`, {}, {});
      const { session } = stream;
      if (session === undefined) throw new Error("the stream has no connection");
      stream.resume();
      await once(stream, "close");
      expect(session.listenerCount("error")).toBe(2);
      sessions.abort();
      await new Promise<void>((resolve) => session.once("close", resolve));
      // An emitter throws what nobody listens to.
      expect(session.emit("error", new Error("PING timed out"))).toBe(true);
    }
  } finally {
    server.close();
  }
});
