import { once } from "node:events";
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { childrenOf, readDer } from "../../services/trust/der.ts";
import { derElement, namedBits, sequence, smallInteger, utf8String } from "../../services/trust/der-write.ts";
import { createTimeStampClient, type TimeStampClientOptions } from "../../services/trust/time-stamp/client.ts";
import { type TimeStampTrust, verifyTimeStampToken } from "../../services/trust/time-stamp/verify-token.ts";
import { createBench } from "./openssl.ts";
import { createStampMaker, granted, STAMPED_AT, type TokenChange } from "./stamp-maker.ts";

const content = Buffer.from("what is stamped");
const maker = createStampMaker();
const bench = createBench();
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});
afterAll(() => bench.close());

type Answer = (response: ServerResponse, nonce: Uint8Array, request: IncomingMessage) => void;

/** An authority on loopback that answers as a test wants, and a client of it. */
async function clientOf(answer: Answer, options: Partial<TimeStampClientOptions> = {}) {
  const server = createServer(answering(answer));
  return connect(server, "http", options);
}

function answering(answer: Answer) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const members = childrenOf(readDer(Buffer.concat(pieces)));
    answer(response, members.at(-2)?.content ?? new Uint8Array(), request);
  };
}

type Closable = Server & Partial<Pick<HttpServer, "closeAllConnections">>;

async function connect(server: Closable, scheme: string, options: Partial<TimeStampClientOptions>) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client = createTimeStampClient({ url, anchors: () => maker.trust, now: () => STAMPED_AT, ...options });
  open.push(() => {
    client.close();
    server.close();
    server.closeAllConnections?.();
  });
  return client;
}

function reply(response: ServerResponse, body: Uint8Array, type = "application/timestamp-reply"): void {
  response.writeHead(200, { "content-type": type }).end(body);
}

const stamped = (nonce: Uint8Array, change: TokenChange = {}, over: Uint8Array = content) =>
  granted(maker.token(over, { more: [derElement(0x02, nonce)], ...change }));

async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error;
  throw new Error("expected a refusal", { cause: error });
}

describe("a client of a time stamp authority (RFC 3161 §3.4)", () => {
  test("sends a query by POST, and gives out the verified token", async () => {
    const seen: (string | undefined)[] = [];
    const client = await clientOf((response, nonce, { method, headers }) => {
      seen.push(method, headers["content-type"]);
      reply(response, stamped(nonce));
    });
    const token = await client.stamp(content);
    expect(seen).toEqual(["POST", "application/timestamp-query"]);
    expect(verifyTimeStampToken(token, content, maker.trust).ok).toBe(true);
  });

  test("asks with another nonce each time", async () => {
    const nonces = new Set<string>();
    const client = await clientOf((response, nonce) => {
      nonces.add(Buffer.from(nonce).toString("hex"));
      reply(response, stamped(nonce));
    });
    await Promise.all([client.stamp(content), client.stamp(content), client.stamp(content)]);
    expect(nonces.size).toBe(3);
  });

  test("speaks TLS with the authorities that are configured, and with no other server", async () => {
    const authority = createAuthority(join(bench.directory, "tls"));
    const { certPem, keyPem } = authority.issueTls({ node: "440000", kind: "service", name: "tsa" });
    const server = () =>
      createTlsServer(
        { cert: certPem, key: keyPem },
        answering((response, nonce) => reply(response, stamped(nonce))),
      );
    const trusting = await connect(server(), "https", { ca: authority.certificates.root });
    expect((await trusting.stamp(content)).length).toBeGreaterThan(500);
    const strange = await connect(server(), "https", {});
    expect((await refusalOf(strange.stamp(content))).reason).toBe("TIME_STAMP_AWAY");
  });

  test("finds a new connection where the server closed the one that was kept", async () => {
    let served = 0;
    const client = await clientOf((response, nonce, { socket }) => {
      served += 1;
      // The second request comes on the kept connection, and finds it broken.
      if (served === 2) socket.resetAndDestroy();
      else reply(response, stamped(nonce));
    });
    await client.stamp(content);
    await client.stamp(content);
    expect(served).toBe(3);
  });

  test.each(["ftp://a.example/", "nonsense", "http://user:secret@a.example/"])("refuses the address %s", (url) => {
    expect(() => createTimeStampClient({ url, anchors: () => maker.trust })).toThrow("no http: or https: address");
  });
});

describe("an authority that is away is TIME_STAMP_AWAY, with retry advice", () => {
  test("where nobody listens", async () => {
    const server = createServer();
    const client = await connect(server, "http", {});
    server.close();
    expect(await refusalOf(client.stamp(content))).toMatchObject({ reason: "TIME_STAMP_AWAY", retryAfterMs: 2_000 });
  });

  test("where it is too slow, before the answer or in the middle of it", async () => {
    const silent = await clientOf(() => {}, { timeoutMs: 100 });
    const halting = await clientOf(
      (response) => {
        response.writeHead(200, { "content-type": "application/timestamp-reply" }).write("0");
      },
      { timeoutMs: 100 },
    );
    for (const client of [silent, halting]) {
      const refusal = await refusalOf(client.stamp(content));
      expect(refusal).toMatchObject({ reason: "TIME_STAMP_AWAY", retryAfterMs: 2_000 });
      expect(refusal.message).toContain("no answer within 100 ms");
    }
  });

  test.each([500, 404, 302])("where it answers with status %i", async (status) => {
    const client = await clientOf((response) => response.writeHead(status, { location: "http://127.0.0.1:1/" }).end());
    expect((await refusalOf(client.stamp(content))).message).toContain(`status ${status}`);
  });
});

describe("an answer that proves nothing is TIME_STAMP_BAD, with retry advice", () => {
  const rejection = sequence(sequence(smallInteger(2), sequence(utf8String("no\u0000t today")), namedBits([0, 14])));
  test.each<[string, Answer, string]>([
    [
      "a page instead of a token",
      (response) => reply(response, Buffer.from("<html>"), "text/html"),
      'answered "text/html"',
    ],
    ["a page that says it is a token", (response) => reply(response, Buffer.from("<html>")), "DER"],
    ["more than 64 KiB", (response) => reply(response, Buffer.alloc(70_000, 0x30)), "more than 65536 bytes"],
    ["nothing", (response) => reply(response, Buffer.alloc(0)), "DER"],
    [
      "a refusal",
      (response) => reply(response, sequence(sequence(smallInteger(2), namedBits([0, 14])))),
      "badAlg; timeNotAvailable",
    ],
    ["a refusal with strange words", (response) => reply(response, rejection), "DER: text holds a NUL"],
    [
      "a token of something else",
      (response, nonce) => reply(response, stamped(nonce, {}, Buffer.from("x"))),
      "imprint",
    ],
    ["an old token", (response) => reply(response, granted(maker.token(content))), "nonce"],
    [
      "a token of another day",
      (response, nonce) => reply(response, stamped(nonce, { time: new Date(STAMPED_AT.getTime() - 3_600_000) })),
      "3600 s from this host's",
    ],
    [
      "a token with a damaged signature",
      (response, nonce) => reply(response, damaged(stamped(nonce))),
      "signature value is wrong",
    ],
    [
      "a token by a certificate for documents",
      (response, nonce) => reply(response, stamped(nonce, { uses: ["1.3.6.1.5.5.7.3.36"] })),
      "time stamping alone",
    ],
    [
      "a token by a certificate that had ended",
      (response, nonce) => reply(response, stamped(nonce, { notAfter: new Date(STAMPED_AT.getTime() - 1_000) })),
      "not at 2026",
    ],
  ])("%s", async (_, answer, detail) => {
    const refusal = await refusalOf((await clientOf(answer)).stamp(content));
    expect(refusal).toMatchObject({ reason: "TIME_STAMP_BAD", retryAfterMs: 2_000 });
    expect(refusal.message).toContain(detail);
  });

  test("a token of an authority that is not configured", async () => {
    const other: TimeStampTrust = createStampMaker("p256", "Another root").trust;
    const client = await clientOf((response, nonce) => reply(response, stamped(nonce)), { anchors: () => other });
    expect((await refusalOf(client.stamp(content))).message).toContain("no path");
  });

  test("a token under another policy than was asked for", async () => {
    const client = await clientOf((response, nonce) => reply(response, stamped(nonce)), { policy: "1.2.9" });
    expect((await refusalOf(client.stamp(content))).message).toContain("policy 1.2.3.4");
  });
});

function damaged(response: Uint8Array): Uint8Array {
  const copy = Buffer.from(response);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1;
  return copy;
}
