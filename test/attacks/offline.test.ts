import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { statusFromBundle } from "../../services/statement/bundle-status.ts";
import { readStatusBundle, writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { createDepartment } from "../trust/department.ts";
import { codes, type Issued, NOW, openScene, type Scene, SIGNED_AT, trustOf } from "./scene.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");

let scene: Scene;
let issued: Issued;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
});
afterAll(() => scene.close());

function bundle(
  builtAt: string,
  {
    node = "440100",
    revoked = [],
    publisher = "440000",
    omitting = {},
  }: { node?: string; revoked?: string[]; publisher?: string; omitting?: { omitsEndedBefore?: string } } = {},
) {
  const head = { publisher, builtAt, ...omitting, nodes: [{ node, records: 1, root: "0".repeat(64) }] };
  const lists = { suspended: [], revoked, superseded: [] };
  const bytes = writeStatusBundle(head, lists, new Uint8Array(16), (text) => sign(null, text, privateKey));
  return statusFromBundle(readStatusBundle(bytes, new Map([[publisher, publicKey]])), "440000");
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

describe("off-line, with a bundle that leaves out what ended long before", () => {
  const omitting = { omitsEndedBefore: "2028-01-01" };
  const ending = (validTo?: string) =>
    scene.issue("2026000009", (draft) => {
      const { validTo: _, ...metadata } = draft.metadata;
      return { ...draft, metadata: { ...metadata, ...(validTo !== undefined && { validTo }) } };
    });
  const forms = (one: Issued) =>
    [
      [one.pdf, {}],
      [one.ofd, {}],
      [one.messageBytes, { messageSignature: one.messageCms }],
    ] as const;

  test("one that is over is expired, whatever became of it before", async () => {
    for (const [document, beside] of forms(ending("2027-12-31"))) {
      const at = new Date("2028-02-01T00:00:00Z");
      const status = bundle("2028-01-31T00:00:00Z", { omitting });
      const report = await scene.verify(document, { ...beside, at, status });
      expect(report).toMatchObject({ verdict: "notInForce", state: { state: "expired" } });
    }
  });

  test("it is not valid as of a day before either: it may have been revoked then, which the bundle no longer tells", async () => {
    const status = (given = {}) => bundle("2028-01-31T00:00:00Z", { omitting, ...given });
    for (const [document, beside] of forms(ending("2027-12-31"))) {
      const report = await scene.verify(document, { ...beside, status: status() });
      expect([report.verdict, report.state.state, codes(report)[0]]).toEqual([
        "undetermined",
        "unknown",
        "STATE_UNKNOWN",
      ]);
      const full = await scene.verify(document, { ...beside, status: status({ omitting: {} }) });
      expect(full.verdict).toBe("valid");
    }
  });

  test("one that ended since, or has no end (长期), is judged by its list as ever", async () => {
    for (const validTo of ["2028-01-01", undefined]) {
      const one = ending(validTo);
      const revoked = [one.message.metadata.identifier];
      for (const [document, beside] of forms(one)) {
        const inForce = await scene.verify(document, {
          ...beside,
          status: bundle("2028-01-31T00:00:00Z", { omitting }),
        });
        expect(inForce.verdict).toBe("valid");
        const status = bundle("2028-01-31T00:00:00Z", { omitting, revoked });
        expect((await scene.verify(document, { ...beside, status })).verdict).toBe("notInForce");
      }
    }
  });
});

test("off-line, one that was signed after the bundle, or of a node that it does not cover, is undetermined", async () => {
  for (const status of [bundle("2026-11-24T00:00:00Z"), bundle("2026-11-25T00:00:00Z", { node: "440300" })]) {
    const report = await scene.verify(issued.pdf, { status });
    expect(report.verdict).toBe("undetermined");
    expect(codes(report)[0]).toBe("STATE_UNKNOWN");
  }
});

test("off-line, a node that is not the province can have no other node's certificates pass, nor fall", async () => {
  const { identifier } = issued.message.metadata;
  for (const revoked of [[], [identifier]]) {
    const other = await scene.verify(issued.pdf, {
      status: bundle("2026-11-25T00:00:00Z", { publisher: "440300", revoked }),
    });
    expect([other.verdict, codes(other)[0]]).toEqual(["undetermined", "STATE_UNKNOWN"]);
    const own = await scene.verify(issued.pdf, {
      status: bundle("2026-11-25T00:00:00Z", { publisher: "440100", revoked }),
    });
    expect(own.verdict).toBe(revoked.length === 0 ? "valid" : "notInForce");
  }
});

test("off-line, a signing certificate that has merely ended since is a note; without anybody who vouches, or with old lists, undetermined", async () => {
  const lasting = scene.issue("2026000004", (draft) => {
    const { validTo: _, ...metadata } = draft.metadata;
    return { ...draft, metadata };
  });
  const at = new Date(NOW.getTime() + 400 * 86_400_000);
  const { revocation } = trustOf(scene.authority, scene.listsAt(at));
  const vouched = await scene.verify(lasting.pdf, { at, revocation, status: bundle(at.toISOString()) });
  expect([vouched.verdict, vouched.signature?.timeFrom]).toEqual(["valid", "claimed"]);
  expect(codes(vouched)).toContain("SIGNER_EXPIRED_SINCE");
  const alone = await scene.verify(lasting.pdf, { at, revocation, status: { statusOf: async () => undefined } });
  expect([alone.verdict, codes(alone)[0]]).toEqual(["undetermined", "STATE_UNKNOWN"]);
  const old = await scene.verify(lasting.pdf, { at, status: bundle(at.toISOString()) });
  expect([old.verdict, codes(old)[0]]).toEqual(["undetermined", "REVOCATION_STALE"]);
});

test("off-line, a bundle clears nobody whose certificate was revoked since: it cannot tell that the licence existed before", async () => {
  const gone = await createDepartment(scene.authority, "P-256");
  scene.authority.revoke(gone.serial, "cessationOfOperation", new Date(SIGNED_AT.getTime() + 3_600_000));
  const one = scene.issue("2026000005", undefined, gone);
  const report = await scene.verify(one.pdf, { ...trustOf(scene.authority), status: bundle("2026-11-25T00:00:00Z") });
  expect([report.verdict, codes(report)[0]]).toEqual(["undetermined", "SIGNING_TIME_UNPROVED"]);
});
