import { spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { residentBytes } from "../../ops/bench/resident.ts";
import { SERVING } from "../../ops/trial/serving.ts";
import { VerifyDocumentRequestSchema } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { tokenSigner } from "../../services/call/chain/tokens.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { makeNodeFiles, NODE } from "../node/node-files.ts";
import { envelopeHead, openHttp2, overHttp1, overHttp2, reasonOf } from "./attacker.ts";
import { MAKE, MIB, VERIFY } from "./listeners-scene.ts";

const MAIN = join(import.meta.dirname, "../../services/main.ts");
const STREAMS = 40;
const SIZE = 30 * MIB;
/** How long memory may take to be given back. */
const GIVEN_BACK = { timeout: 90_000, interval: 100 };

/** Reasons of limits. */
const REFUSED = ["TOO_LARGE", "RATE_EXCEEDED", "OVERLOADED", "DEADLINE_EXCEEDED"];

/** The same piece again and again: the attacker shall not run out of memory itself. */
const PIECE = Buffer.alloc(64 * 1024);

type Name = "public" | "connect";
/** On `public` the size is announced; on `connect` it is found out while what came is held. */
const TYPES: Record<Name, string> = { public: "application/grpc", connect: "application/proto" };

function* pieces(listener: Name): Generator<Buffer> {
  if (listener === "public") yield envelopeHead(SIZE);
  for (let sent = 0; sent < SIZE; sent += PIECE.length) yield PIECE;
}

/** A body as a socket takes it. */
function* cut(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE.length) yield body.subarray(at, at + PIECE.length);
}

/**
 * No buffer of an attack lives on, but the C library keeps what buffers of the size of a TLS record took, which lie between small ones
 * that live, for the next that come. So what an attack leaves is held against a process that has served what it is there for: one that
 * has just been started is smaller, and grows by its first honest documents as well.
 */
describe("resident memory of a core that has served six documents of 8 MiB", () => {
  const files = makeNodeFiles();
  let addresses: Record<Name, string>;
  let stop = () => {};
  let pid = 0;
  let warm = 0;
  let token = "";
  const resident = () => residentBytes(pid) ?? Number.NaN;

  async function honest(listener: Name): Promise<void> {
    const document = Buffer.alloc(8 * MIB, "%");
    const bytes = toBinary(VerifyDocumentRequestSchema, create(VerifyDocumentRequestSchema, { document }));
    const session = await openHttp2(addresses[listener], { tls: {} });
    const call = { path: VERIFY, headers: { "content-type": "application/grpc", te: "trailers" } };
    const answer = await overHttp2(session, call, [envelopeHead(bytes.length), Buffer.from(bytes)], true);
    session.destroy();
    expect(answer.headers["grpc-status"]).toBe("0");
  }

  beforeAll(async () => {
    const privateKey = createPrivateKey(readFileSync(files.tokenKeyFile));
    const signer = tokenSigner({ privateKey, node: NODE, lifetimeSeconds: 600, now: () => new Date() });
    ({ token } = await signer.sign({ app: "app-1", department: "d", scopes: ["issue.make"] }));
    const signers = { anchorFiles: [files.caFile] };
    const config = files.config(["catalog", "issue", "usage"], { signers, limits: DEFAULT_LIMITS });
    const file = join(files.directory, "core.json");
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(process.execPath, [...SERVING.node, MAIN, "--config", file], {
      env: { ...process.env, ...SERVING.env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    stop = () => child.kill("SIGKILL");
    const [line] = await once(createInterface(child.stdout), "line");
    ({ addresses } = JSON.parse(line));
    pid = child.pid ?? 0;
    for (let count = 0; count < 3; count++) {
      await honest("public");
      await honest("connect");
    }
    warm = resident();
  });

  afterAll(() => {
    stop();
    files.remove();
  });

  const within = (most: number) => vi.waitFor(() => expect(resident()).toBeLessThan(most), GIVEN_BACK);

  async function attack(listener: Name, path: string, proof: Record<string, string>): Promise<unknown[]> {
    const session = await openHttp2(addresses[listener], { tls: {} });
    const call = { path, headers: { "content-type": TYPES[listener], te: "trailers", ...proof } };
    const answers = Array.from({ length: STREAMS }, () => overHttp2(session, call, pieces(listener), false));
    const reasons = (await Promise.all(answers)).map(reasonOf);
    session.destroy();
    return reasons;
  }

  test.each([
    ["public", "without proof", VERIFY],
    ["connect", "without proof", VERIFY],
    ["connect", "with a token", MAKE],
  ] as const)(
    "is within a fifth of that behind 40 streams of 30 MiB on %s, %s, and a second attack adds less than a tenth",
    async (name, proof, path) => {
      const headers = proof === "with a token" ? { authorization: `Bearer ${token}` } : {};
      for (const reason of await attack(name, path, headers)) expect(REFUSED).toContain(reason);
      await within(warm * 1.2);
      const first = resident();
      await attack(name, path, headers);
      await within(Math.min(first * 1.1, warm * 1.2));
    },
  );

  test("is within a fifth of that behind three times twelve whole files of 20 MiB in JSON", async () => {
    const body = Buffer.from(JSON.stringify({ document: Buffer.alloc(20 * MIB, "%").toString("base64") }));
    for (let round = 0; round < 3; round++) {
      const answers = Array.from({ length: 12 }, (_, index) => {
        const from = `127.0.0.${2 + (index % 4)}`;
        const call = { path: VERIFY, headers: { "content-type": "application/json" }, from, tls: {} };
        return overHttp1(addresses.connect, call, cut(body), true);
      });
      const told = (await Promise.all(answers)).map((answer) => (answer.status === 200 ? "served" : reasonOf(answer)));
      expect(told).toContain("served");
      for (const one of told) expect(["served", ...REFUSED]).toContain(one);
    }
    await within(warm * 1.2);
  }, 240_000);
});
