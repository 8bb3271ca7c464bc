import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readStatusBundle, writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { statusFromBundle } from "../../services/trust/verification/bundle-status.ts";
import { codes, type Issued, openScene, type Scene } from "./scene.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");

let scene: Scene;
let issued: Issued;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
});
afterAll(() => scene.close());

function bundle(builtAt: string, { node = "440100", revoked = [] as string[] } = {}) {
  const head = { publisher: "440000", builtAt, nodes: [{ node, records: 1, root: "0".repeat(64) }] };
  const lists = { suspended: [], revoked, superseded: [] };
  const bytes = writeStatusBundle(head, lists, new Uint8Array(16), (text) => sign(null, text, privateKey));
  return statusFromBundle(readStatusBundle(bytes, new Map([["440000", publicKey]])));
}

test("off-line, a certificate that a covering bundle does not list is valid, and the age of the states is told", async () => {
  const report = await scene.verify(issued.pdf, { status: bundle("2026-11-25T00:00:00Z") });
  expect(report).toMatchObject({ verdict: "valid", state: { state: "valid", source: "bundle", ageSeconds: 14_400 } });
});

test("off-line, one that it lists is not in force", async () => {
  const { identifier } = issued.message.metadata;
  const report = await scene.verify(issued.pdf, { status: bundle("2026-11-25T00:00:00Z", { revoked: [identifier] }) });
  expect(report).toMatchObject({ verdict: "notInForce", state: { state: "revoked" } });
});

test("off-line, one that was signed after the bundle, or of a node that it does not cover, is undetermined", async () => {
  for (const status of [bundle("2026-11-24T00:00:00Z"), bundle("2026-11-25T00:00:00Z", { node: "440300" })]) {
    const report = await scene.verify(issued.pdf, { status });
    expect(report.verdict).toBe("undetermined");
    expect(codes(report)[0]).toBe("STATE_UNKNOWN");
  }
});
