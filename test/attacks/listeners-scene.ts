import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { tokenSigner } from "../../services/call/chain/tokens.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { eventually } from "../node/eventually.ts";
import { makeNodeFiles, NODE, type NodeFiles } from "../node/node-files.ts";
import { type Answer, type Attack, overHttp1, startTarget, type Target } from "./attacker.ts";

export const MIB = 1 << 20;
export const MAKE = "/ecert.issue.v1.IssueService/MakeCertificate";
export const VERIFY = "/ecert.usage.v1.VerifyService/VerifyDocument";
export const AGENT = "/ecert.agent.v1.AgentService/Connect";
/** Of the attacked node. */
export const LIMITS = {
  ...DEFAULT_LIMITS,
  bufferedBytes: 48 * MIB,
  bufferedBytesPerAddress: 32 * MIB,
  bodyMs: 4_800,
  inFlight: 20,
  connectionsPerAddress: 60,
  streamsPerConnection: 50,
};
/** Memory of buffers that no request holds: TLS, what is on its way between threads, modules. */
export const SLACK = 24 * MIB;
/** Milliseconds of processor time: parsing and hashing have 20; reading what many connections have sent comes on top. */
export const TURN_MS = 60;

/** What is attacked, and what attacks are made of. */
export interface ListenersScene {
  readonly files: NodeFiles;
  readonly target: Target;
  readonly token: string;
  /** Ended behind each test. */
  readonly open: { destroy(): void }[];
  /** Verifies a document by curl's protocol. */
  verify(pieces: Buffer[]): Promise<Answer>;
  /** Makes a certificate by curl's protocol, as an app that has its token. */
  make(data: JsonObject | string): Promise<Answer>;
}

/** Starts an attacked node for the tests of a file, and holds behind each that all memory was given back and the node serves. */
export function listenersScene(limits: Partial<typeof LIMITS> = {}): ListenersScene {
  let files: NodeFiles;
  let target: Target;
  let token: string;
  const open: { destroy(): void }[] = [];

  const verify = (pieces: Buffer[]) =>
    overHttp1(target.addresses.connect, anonymous(VERIFY, "application/json"), pieces, true);

  function make(data: JsonObject | string): Promise<Answer> {
    const body = typeof data === "string" ? data : JSON.stringify({ order: orderOf(data) });
    const attack = anonymous(MAKE, "application/json", { authorization: `Bearer ${token}` });
    return overHttp1(target.addresses.connect, attack, [Buffer.from(body)], true);
  }

  beforeAll(async () => {
    files = makeNodeFiles();
    const privateKey = createPrivateKey(readFileSync(files.tokenKeyFile));
    const signer = tokenSigner({ privateKey, node: NODE, lifetimeSeconds: 600, now: () => new Date() });
    ({ token } = await signer.sign({ app: "app-1", department: "d", scopes: ["issue.make"] }));
    const config = files.config(["issue", "usage"], { limits: { ...LIMITS, ...limits } });
    target = await startTarget(config, files.directory);
    // What only the first call costs is no attack.
    await Promise.all([verify(small()), make({ note: "x".repeat(100) }), make({ note: "x".repeat(70_000) })]);
    await target.report();
  });

  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    // Whatever was done: all memory is given back, and the node serves.
    await eventually(async () => expect(await target.metric("ecert_buffered_bytes")).toBe(0));
    await eventually(async () => expect(await target.metric("ecert_calls_in_flight")).toBe(0));
    expect((await verify(small())).status).toBe(200);
    await target.report();
  });

  afterAll(async () => {
    await target.stop();
    files.remove();
  });

  return {
    get files() {
      return files;
    },
    get target() {
      return target;
    },
    get token() {
      return token;
    },
    open,
    verify,
    make,
  };
}

/** A call without proof. */
export function anonymous(path: string, type: string, more: Record<string, string> = {}): Attack {
  return { path, headers: { "content-type": type, ...more }, tls: {} };
}

/** A small document in JSON. */
export function small(): Buffer[] {
  return [Buffer.from(JSON.stringify({ document: Buffer.from("%PDF-").toString("base64") }))];
}

/** A body of nothing, in pieces. */
export function* zeros(bytes: number, piece = 256 * 1024): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += piece) yield Buffer.alloc(Math.min(piece, bytes - sent));
}

/** An order with this data. */
export function orderOf(data: JsonObject) {
  return {
    businessSerial: "1",
    itemCode: "i",
    issuerCode: "1".repeat(18),
    holders: [{ name: "n", code: "c", codeType: "001" }],
    issueDate: "2026-01-01",
    data,
  };
}
