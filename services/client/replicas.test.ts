import { once } from "node:events";
import {
  createServer as createHttp2,
  constants as http2,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { fromBinary } from "@bufbuild/protobuf";
import { afterEach, expect, test } from "vitest";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { UsageService, VerifyCertificateRequestSchema } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { framed } from "./answer.ts";
import { Deadline } from "./deadline.ts";
import { createEndpoint } from "./endpoint.ts";
import { checkOptions } from "./options.ts";
import { openReplicas } from "./replicas.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function server(handler: (stream: ServerHttp2Stream) => void): Promise<string> {
  const made = createHttp2();
  const sessions = new Set<ServerHttp2Session>();
  made.on("session", (session) => sessions.add(session));
  made.on("stream", handler);
  made.listen(0, "127.0.0.1");
  await once(made, "listening");
  closing.push(() => {
    for (const session of sessions) session.destroy();
    made.close();
  });
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

/** A process that stands still: connections come about, TLS does not. */
async function frozen(): Promise<string> {
  const sockets: Socket[] = [];
  const made = createServer((socket) => sockets.push(socket));
  made.listen(0, "127.0.0.1");
  await once(made, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    made.close();
  });
  return `https://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const answering = (stream: ServerHttp2Stream, message = new Uint8Array([7])) => {
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed(message));
};

async function call(
  addresses: string[],
  method: (typeof IssueService.method)["getFace"] | (typeof UsageService.method)["verifyCertificate"],
) {
  const options = checkOptions({ home: { address: "https://home:1" }, appKey: "440100-a", appSecret: "s" });
  const replicas = openReplicas({ address: "", services: { issue: addresses, usage: addresses } }, options);
  closing.push(() => replicas.close());
  const deadline = new Deadline({ timeoutMs: 20_000 });
  const message = new Uint8Array();
  try {
    return await replicas.call({
      method: method as never,
      message,
      deadline,
      headers: async () => ({}),
      impatient: false,
    });
  } finally {
    deadline.end();
  }
}

test.each([
  ["a read", IssueService.method.getFace],
  ["a use, which must not be sent twice and was not sent yet", UsageService.method.verifyCertificate],
])("%s is answered by the other replica while one stands still", async (_, method) => {
  expect(await call([await frozen(), await server((stream) => answering(stream))], method)).toEqual(Buffer.from([7]));
});

test("a read that one replica leaves unanswered is asked at the other one", async () => {
  let asked = 0;
  const busy = () => {
    asked++;
  };
  const other = await server((stream) => answering(stream));
  const slow = await server(busy);
  while (asked === 0) expect(await call([slow, other], IssueService.method.getFace)).toEqual(Buffer.from([7]));
});

test("a use with an id is asked again where its answer was lost, with that id; one without is not", async () => {
  const ids: string[] = [];
  const losing = await server((stream) => {
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("error", () => {});
    stream.on("end", () => {
      const { requestId } = fromBinary(VerifyCertificateRequestSchema, Buffer.concat(parts).subarray(5));
      ids.push(requestId);
      // Worked on, and its answer is lost.
      if (ids.length % 2 === 1) stream.close(http2.NGHTTP2_INTERNAL_ERROR);
      else answering(stream, new Uint8Array());
    });
  });
  const options = checkOptions({ home: { address: "https://home:1" }, appKey: "440100-a", appSecret: "s" });
  const endpoint = createEndpoint({ address: losing }, options);
  closing.push(() => endpoint.close());
  const uses = endpoint.open(UsageService);
  await uses.verifyCertificate({ usageCode: "c", identifier: "i", requestId: "same" });
  expect(ids).toEqual(["same", "same"]);
  await expect(uses.verifyCertificate({ usageCode: "c", identifier: "i" })).rejects.toMatchObject({ name: "Refusal" });
  expect(ids).toEqual(["same", "same", ""]);
});

test("what is no answer of a core is a fault of the client that tells what came", async () => {
  const proxy = await server((stream) => {
    stream.respond({ ":status": 418, "content-type": "text/html" });
    stream.end("no core");
  });
  await expect(call([proxy], UsageService.method.verifyCertificate)).rejects.toMatchObject({
    reason: "CLIENT_FAULT",
    message: expect.stringContaining("HTTP status 418 (text/html) is no answer of a core"),
  });
});

test("a token that is still good is used while the catalog is away, and renewed behind the scenes", async () => {
  let answers = 0;
  const issueAccessToken = async () => {
    answers++;
    if (answers > 1) throw new Error("the catalog is away");
    return { accessToken: "first", expiresInSeconds: 20 };
  };
  const catalog = { issueAccessToken } as never;
  const options = { appKey: "a", appSecret: "s", timeoutMs: 1_000 };
  const tokens = createAccessTokens({ patient: catalog, impatient: catalog }, options);
  const deadline = new Deadline({ timeoutMs: 1_000 });
  expect(await tokens.current(deadline, false)).toBe("first");
  expect(await tokens.current(deadline, false)).toBe("first");
  await expect.poll(() => answers).toBe(2);
  expect(await tokens.current(deadline, false)).toBe("first");
  deadline.end();
});
