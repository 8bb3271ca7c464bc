import { execFile } from "node:child_process";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { type QrStatement, qrSignedText, qrStatementOf, qrText } from "../../services/domain/signed-qr.ts";
import type { ListedKey, NodeKeyList } from "../../services/statement/node-key-list.ts";
import { signAsNode } from "../../services/trust/node-key.ts";
import { signedNodeKeyList } from "../../services/trust/node-key-list.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { draft, licence, NOW } from "../attacks/scene.ts";

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, "../../ops/ecert/main.ts");
const NODE = "440100";
const BUILT = "2026-11-25T02:00:00.000Z";
const province = generateKeyPairSync("ed25519");
/** The node's keys: of before a rotation and of after it. */
const [old, young] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];

const directory = mkdtempSync(join(tmpdir(), "ecert-qr-"));
const path = (name: string) => join(directory, name);
const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" });
const raw = (key: KeyObject) => key.export({ format: "jwk" }).x as string;

/** A licence that exists nowhere. */
const invented: QrStatement = {
  ...qrStatementOf(draft(licence(), "2026999999").metadata),
  issueDate: "2026-11-24",
  node: NODE,
};

/** The text of a QR code, made with a node's key and nothing else. */
function qr(key: KeyObject, change: Partial<QrStatement> = {}): string {
  const statement = { ...invented, ...change };
  return qrText(statement, signAsNode(key, "ecert.qr.v1", new TextEncoder().encode(qrSignedText(statement))));
}

const retired = { key: raw(old.publicKey), since: "2026-01-01T00:00:00.000Z", until: "2026-07-01T02:00:00.000Z" };
const present = { key: raw(young.publicKey), since: "2026-07-01T02:00:00.000Z" };
function listOf(keys: ListedKey[], by = province.privateKey): Uint8Array {
  const list: NodeKeyList = { publisher: "440000", builtAt: BUILT, nodes: { [NODE]: keys } };
  return signedNodeKeyList(list, (bytes) => sign(null, bytes, by));
}

function bundle(revoked: string[]): Uint8Array {
  const nodes = [{ node: NODE, records: 2, root: "0".repeat(64) }];
  const head = { publisher: "440000", builtAt: BUILT, nodes };
  const listed = { suspended: [], revoked, superseded: [] };
  return writeStatusBundle(head, listed, new Uint8Array(16), (bytes) => sign(null, bytes, province.privateKey));
}

beforeAll(() => {
  mkdirSync(path("trust"));
  writeFileSync(path("trust/authority.pem"), createAuthority(path("ca")).certificates.root);
  writeFileSync(path("trust/province-440000.pem"), pem(province.publicKey));
  writeFileSync(path("trust/node-440100.pem"), pem(young.publicKey));
  writeFileSync(path("states.ecsb"), bundle([]));
  writeFileSync(path("revoked.ecsb"), bundle([invented.identifier]));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ecert = (...args: string[]) =>
  run(process.execPath, [MAIN, ...args, "--trust", "trust"], { cwd: directory }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
const verifyQr = (text: string, states: string | undefined = "states.ecsb") =>
  ecert("verify-qr", text, "--json", "--at", NOW.toISOString(), ...(states ? ["--status", states] : []));
const outcome = async (text: string, states?: string) => {
  const { code, stdout } = await verifyQr(text, states);
  const { verdict, findings } = JSON.parse(stdout);
  return [code, verdict, findings[0]?.code];
};

describe("ecert verify-qr", () => {
  test("tells of a licence that does not exist no more than that a node says so: not that it is genuine", async () => {
    const args = ["--at", NOW.toISOString(), "--status", "states.ecsb"];
    const told = await ecert("verify-qr", qr(young.privateKey), ...args);
    expect(told.code).toBe(5);
    expect(told.stdout).toContain("节点作此声明，状态包未列其失效；未见证照本身 (stated)");
    expect(told.stdout).toContain(`声明节点 said by  ${NODE}`);
    expect(told.stdout).toContain("state  notListed");
    expect(told.stdout).toContain("CERTIFICATE_UNSEEN");
    expect(told.stdout).not.toMatch(/真实有效|\bvalid\b/);
  });

  test("holds what is said against the bundle, and says nothing for sure without one", async () => {
    expect(await outcome(qr(young.privateKey), "revoked.ecsb")).toEqual([3, "notInForce", "CERTIFICATE_REVOKED"]);
    expect(await outcome(qr(young.privateKey), "")).toEqual([4, "undetermined", "STATE_UNKNOWN"]);
  });

  test("refuses any other text", async () => {
    const text = qr(young.privateKey);
    for (const other of [text.replace("2026", "2025"), text.replace("440100", "440300"), "EC1", qr(old.privateKey)]) {
      expect((await verifyQr(other)).code, other).toBe(1);
    }
  });

  test("judges by the list of nodes' keys: QR codes outlive a rotation, and none is good outside its key's period", async () => {
    const early = qr(old.privateKey, { issueDate: "2026-03-01" });
    writeFileSync(path("trust/node-keys.json"), listOf([{ key: retired.key, since: retired.since }]));
    expect(await outcome(early)).toEqual([5, "stated", "CERTIFICATE_UNSEEN"]);
    writeFileSync(path("trust/node-keys.json"), listOf([retired, present]));
    expect(await outcome(early)).toEqual([5, "stated", "CERTIFICATE_UNSEEN"]);
    const { by, certificateSeen } = JSON.parse((await verifyQr(early)).stdout);
    expect([by, certificateSeen]).toEqual([{ node: NODE, keyFrom: "list", ...retired, listedAt: BUILT }, false]);
    expect(await outcome(qr(young.privateKey))).toEqual([5, "stated", "CERTIFICATE_UNSEEN"]);
    expect(await outcome(qr(old.privateKey))).toEqual([1, "invalid", "NODE_KEY_ENDED"]);
    const before = qr(young.privateKey, { issueDate: "2026-03-01" });
    expect(await outcome(before)).toEqual([4, "undetermined", "NODE_KEY_LATER"]);
    writeFileSync(path("trust/node-keys.json"), listOf([{ ...retired, compromised: true }, present]));
    expect(await outcome(early)).toEqual([4, "undetermined", "NODE_KEY_COMPROMISED"]);
    rmSync(path("trust/node-keys.json"));
  });
});

describe("ecert node-keys", () => {
  test("fetches the list that the province signed into a trust directory, and shows it", async () => {
    const keys = Buffer.from(listOf([retired, { ...present, compromised: true }]));
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ keys: keys.toString("base64"), builtAt: BUILT }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fetched = await ecert("node-keys", "--server", url, "--out", "trust/node-keys.json");
    server.close();
    expect(fetched).toMatchObject({ code: 0, stderr: "" });
    expect(asked).toEqual(["/ecert.sync.v1.StatusService/GetNodeKeys"]);
    expect(fetched.stdout).toContain(`${NODE} ${retired.key} ${retired.since} – ${retired.until}`);
    expect(fetched.stdout).toContain("今 now，已失密 lost");
    expect(readFileSync(path("trust/node-keys.json")).equals(keys)).toBe(true);
    expect(await outcome(qr(young.privateKey))).toEqual([4, "undetermined", "NODE_KEY_COMPROMISED"]);
    rmSync(path("trust/node-keys.json"));
  });

  test("keeps none that the province has not signed, and works with none in a trust directory", async () => {
    writeFileSync(path("forged.json"), listOf([present], young.privateKey));
    const refused = await ecert("node-keys", "forged.json", "--out", "kept.json");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("the province has not signed it")]);
    expect(() => readFileSync(path("kept.json"))).toThrow();
    writeFileSync(path("trust/node-keys.json"), listOf([present], young.privateKey));
    const used = await ecert("verify-qr", qr(young.privateKey));
    expect([used.code, used.stderr]).toEqual([2, expect.stringMatching(/node-keys\.json: .*list of nodes' keys/)]);
    rmSync(path("trust/node-keys.json"));
    const none = await ecert("node-keys");
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("give a file, or --server URL")]);
  });
});
