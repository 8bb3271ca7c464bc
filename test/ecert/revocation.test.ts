import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { type Issued, licence, openScene, type Scene, SIGNED_AT } from "../attacks/scene.ts";
import { DEPARTMENT, type Department, departmentOf } from "../trust/department.ts";
import { createBench } from "../trust/openssl.ts";
import { type OpensslAuthority, openOpensslAuthority, type Revoked } from "../trust/openssl-authority.ts";

const ROOT = join(import.meta.dirname, "../..");
const DAY = 86_400_000;
const after = (days: number) => new Date(SIGNED_AT.getTime() + days * DAY);
const province = generateKeyPairSync("ed25519");

const bench = createBench();
let scene: Scene;
/** A root, and an authority below it with its old key and its new one. */
let authorities: OpensslAuthority[];
let signers: Department[];
let issued: Issued[];

beforeAll(async () => {
  scene = await openScene();
  const root = openOpensslAuthority(bench, "Root", { from: after(-30) });
  const below = () => openOpensslAuthority(bench, "Rolled signing authority", { above: root, from: after(-30) });
  const [old, young] = [below(), below()];
  authorities = [root, old, young];
  signers = await Promise.all([old, young].map((one) => departmentOf((request) => one.certify(request) + one.certPem)));
  issued = signers.map((signer, at) => scene.issue(`202600000${at + 1}`, undefined, signer));
  for (const [at, { pdf }] of issued.entries()) bench.file(`${at}.pdf`, pdf);
  mkdirSync(join(bench.directory, "trust"));
  const key = province.publicKey.export({ type: "spki", format: "pem" });
  const register = { [DEPARTMENT.organizationCode]: { types: [licence().typeCode] } };
  trusted("province-440000.pem", key.toString());
  trusted("issuers.json", JSON.stringify(register));
});
afterAll(() => {
  scene.close();
  bench.close();
});

const trusted = (name: string, text: string) => writeFileSync(join(bench.directory, "trust", name), text);

/** Verifies the two certificates off-line some days after the signing, with the lists given, and a bundle of then. */
function verify(days: number, lists: string) {
  // In either order of names, which is that in which the directory is read.
  const [root, old, young] = authorities.map(({ certPem }) => certPem) as [string, string, string];
  const head = { publisher: "440000", builtAt: after(days).toISOString() };
  const nodes = [{ node: "440100", records: 2, root: "0".repeat(64) }];
  const none = { suspended: [], revoked: [], superseded: [] };
  const salt = new Uint8Array(16);
  bench.file(
    "states.ecsb",
    writeStatusBundle({ ...head, nodes }, none, salt, (bytes) => sign(null, bytes, province.privateKey)),
  );
  trusted("lists.crl", lists);
  return [old + young, young + old].map((order) => {
    trusted("authorities.pem", root + order);
    const args = ["verify", "0.pdf", "1.pdf", "--trust", "trust", "--status", "states.ecsb", "--offline", "--json"];
    const time = new Date(after(days).getTime() + 3_600_000).toISOString();
    const run = spawnSync(process.execPath, [join(ROOT, "ops/ecert/main.ts"), ...args, "--at", time], {
      encoding: "utf8",
      cwd: bench.directory,
    });
    const reports = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return [run.status, ...reports.map(({ verdict, findings }) => [verdict, findings[0]?.code])];
  });
}

const list = (at: number, days: number, ...revoked: Revoked[]) =>
  authorities[at]?.list(revoked, after(days), after(days + 30)) ?? "";

describe("ecert verify, off-line", () => {
  test("finds a signer that was lost under either key of an authority that changed its key", () => {
    const valid = ["valid", expect.anything()];
    for (const outcome of verify(3, list(0, 2) + list(1, 2) + list(2, 2))) expect(outcome).toEqual([0, valid, valid]);
    const lost = signers.map(({ certPem }): Revoked => ({ certPem, cause: "keyCompromise", at: after(1) }));
    const [byOld, byYoung] = lost as [Revoked, Revoked];
    const gone = ["undetermined", "SIGNER_COMPROMISED"];
    // The new list names both, as that of an authority does that has one register.
    const both = verify(3, list(0, 2) + list(1, 0) + list(2, 2, byOld, byYoung));
    for (const outcome of both) expect(outcome).toEqual([4, gone, gone]);
    const one = verify(3, list(0, 2) + list(1, 2, byOld) + list(2, 2));
    for (const outcome of one) expect(outcome).toEqual([4, gone, valid]);
  });

  test("says that a list is too old to exclude backdating, and that one of another key tells nothing", () => {
    const stale = ["undetermined", "REVOCATION_STALE"];
    const old = verify(35, list(0, 2) + list(1, 0) + list(2, 0));
    for (const outcome of old) expect(outcome).toEqual([4, stale, stale]);
    const unknown = ["undetermined", "REVOCATION_UNKNOWN"];
    const silent = verify(35, list(0, 34) + list(2, 34));
    for (const outcome of silent) expect(outcome).toEqual([4, unknown, ["valid", expect.anything()]]);
  });
});
