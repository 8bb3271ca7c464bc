import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openNatsConnection } from "../../services/event/nats/nats-connection.ts";
import { makeNodeFiles, type NodeFiles } from "./node-files.ts";

const SECRET = "陈岭 440101199001010018";
const INFO = `INFO {"server_id":"t","version":"2.15.1","max_payload":1048576,"tls_required":true,"headers":true}\r\n`;
const GREETED = "PONG\r\n";
const LIMIT = { timeout: 20_000, interval: 50 };

let files: NodeFiles;
let server: Server;
let sockets: Socket[] = [];
/** What the broker of a test does with a connection that is secured and greeted. */
let greeted: (socket: TLSSocket) => void = () => {};
let first = INFO;

beforeAll(async () => {
  files = makeNodeFiles();
  const { certificateFile, privateKeyFile } = files.certify("service", ["nats"]);
  const [cert, key] = [readFileSync(certificateFile), readFileSync(privateKeyFile)];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.write(first);
    if (first !== INFO) return;
    const secured = new TLSSocket(socket, { isServer: true, cert, key });
    secured.on("error", () => {});
    secured.once("data", () => {
      secured.write(GREETED);
      greeted(secured);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server?.close();
  files?.remove();
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  first = INFO;
});

function open() {
  const tls = { ...files.certify("service", ["sync"]), caFile: files.caFile };
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return openNatsConnection(at, { tls, name: "test" }, new AbortController().signal);
}

describe("a connection to the broker ends once, at once, and leaves nothing behind", () => {
  test("a broker that falls silent with megabytes unsent: the connection ends, and what waited is told", async () => {
    greeted = (socket) => socket.pause();
    const connection = await open();
    const asked = connection.request("a.b", Buffer.alloc(1_000), 60_000).catch((error: Error) => error.message);
    for (let count = 0; count < 32; count++) connection.publish("a.c", Buffer.alloc(1 << 20));
    const begun = performance.now();
    expect((await connection.ended).message).toBe("the broker does not answer");
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await asked).toBe("the broker does not answer");
    connection.publish("a.d", Buffer.from("into nothing"));
    expect(await connection.request("a.e", Buffer.alloc(1), 60_000).catch((error: Error) => error.message)).toBe(
      "the broker does not answer",
    );
  }, 60_000);

  test("a broker that answers slowly lives as long as anything comes", async () => {
    let sender: NodeJS.Timeout | undefined;
    let ticks = 0;
    greeted = (socket) => {
      socket.resume();
      sender = setInterval(() => {
        ticks += 1;
        socket.write(`MSG a.b 99 2\r\nok\r\n`);
      }, 500);
    };
    const connection = await open();
    let ended = false;
    connection.ended.then(() => {
      ended = true;
    });
    // Seven seconds: pings alone would have given up after four and a half.
    await expect.poll(() => ticks, LIMIT).toBeGreaterThan(14);
    expect(ended).toBe(false);
    clearInterval(sender);
    connection.end();
  }, 60_000);

  test("a broker that sends what is no protocol: the cause shows nothing of it", async () => {
    greeted = (socket) => socket.write(`WHAT ${SECRET}\r\n`);
    const { message } = await (await open()).ended;
    expect(message).toBe("what the broker sends cannot be read");
  });

  test("a broker that takes the connection and says nothing: dialling ends, and its socket is closed", async () => {
    first = "";
    await expect(open()).rejects.toThrow("the broker did not greet in time");
    await expect.poll(() => sockets.map(({ closed, readableEnded }) => closed || readableEnded), LIMIT).toEqual([true]);
  }, 60_000);

  test.each([
    ["that does not ask for TLS", 'INFO {"max_payload":1}\r\n', "the broker there does not ask for TLS"],
    ["that describes itself as nothing", `INFO ${SECRET}\r\n`, "what answers there is no broker"],
    ["that is none", `220 ${SECRET}\r\n`, "what answers there is no broker"],
  ])("a broker %s is refused in words of our own", async (_, text, message) => {
    first = text;
    await expect(open()).rejects.toThrow(new Error(message));
  });
});
