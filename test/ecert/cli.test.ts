import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerText, signedRegister } from "../../services/trust/issuer-register.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { type Issued, licence, NOW, openScene, type Scene } from "../attacks/scene.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { createStampMaker, STAMPED_AT, stampPdf } from "../trust/stamp-maker.ts";

const ROOT = join(import.meta.dirname, "../..");
const node = generateKeyPairSync("ed25519");

const stamps = createStampMaker();
let scene: Scene;
let directory: string;
let issued: Issued;
let revoked: Issued;

const path = (name: string) => join(directory, name);

beforeAll(async () => {
  scene = await openScene();
  directory = mkdtempSync(join(tmpdir(), "ecert-cli-"));
  issued = scene.issue("2026000001");
  revoked = scene.issue("2026000002");
  const altered = Buffer.from(issued.pdf);
  altered[3000] = (altered[3000] ?? 0) ^ 1;
  writeFileSync(path("good.pdf"), issued.pdf);
  writeFileSync(path("good.json"), issued.messageBytes);
  writeFileSync(path("good.p7s"), issued.messageCms);
  writeFileSync(path("revoked.pdf"), revoked.pdf);
  writeFileSync(path("altered.pdf"), altered);
  writeFileSync(path("stamped.pdf"), stampPdf(stamps, issued.pdf));
  mkdirSync(path("trust"));
  const { root, signing } = scene.authority.certificates;
  writeFileSync(path("trust/authorities.pem"), root + signing);
  const lists = scene.authority.crl();
  writeFileSync(path("trust/lists.crl"), lists.root + lists.signing);
  writeFileSync(path("trust/province-440000.pem"), node.publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(path("trust/node-440100.pem"), node.publicKey.export({ type: "spki", format: "pem" }));
  const register = { [DEPARTMENT.organizationCode]: { types: [licence().typeCode] } };
  writeFileSync(path("trust/issuers.json"), JSON.stringify(register));
  writeFileSync(path("states.ecsb"), bundleBy("440000", node.privateKey));
});
afterAll(() => {
  scene.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A bundle of the node that tells of the issuing node, in which one of its certificates is revoked. */
function bundleBy(publisher: string, key: KeyObject): Uint8Array {
  const nodes = [{ node: "440100", records: 2, root: "0".repeat(64) }];
  const head = { publisher, builtAt: "2026-11-25T00:00:00.000Z", omitsEndedBefore: "2026-10-26", nodes };
  const listed = { suspended: [], revoked: [revoked.message.metadata.identifier], superseded: [] };
  return writeStatusBundle(head, listed, new Uint8Array(16), (bytes) => sign(null, bytes, key));
}

/** Runs the command in a process of its own, as of the time of these tests. */
function ecert(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "ops/ecert/main.ts"), ...args], {
    encoding: "utf8",
    cwd: directory,
  });
  return { status, stdout, stderr };
}
const verify = (...args: string[]) =>
  ecert("verify", ...args, "--trust", "trust", "--offline", "--at", NOW.toISOString());
const STATUS = ["--status", "states.ecsb"];

describe("ecert verify", () => {
  test("says in both languages that a good PDF is valid, and how old the states are", () => {
    const { status, stdout } = verify("good.pdf", ...STATUS);
    expect(stdout).toContain("✓ good.pdf: 真实有效 (valid)");
    expect(stdout).toContain("4 小时前 hours old");
    expect(status).toBe(0);
  });

  test("ends with the code of the worst outcome, and sums up several files", () => {
    const all = verify("good.pdf", "good.json", "good.p7s", "revoked.pdf", "altered.pdf", ...STATUS);
    expect(all.stdout).toContain("共 4 个文件");
    expect(all.status).toBe(1);
    expect(verify("good.pdf", "revoked.pdf", ...STATUS).status).toBe(3);
    expect(verify("good.pdf").status).toBe(4);
    expect(verify("good.json", ...STATUS).status).toBe(0);
  });

  test("prints one JSON object per file", () => {
    const { stdout } = verify("good.pdf", "altered.pdf", ...STATUS, "--json");
    const [good, altered] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(good).toMatchObject({ file: "good.pdf", schema: "ecert.verification.v1", verdict: "valid" });
    expect(altered).toMatchObject({
      verdict: "invalid",
      findings: [{ code: "CONTENT_ALTERED", text: "签名后内容被改动" }],
    });
  });

  test("tells who stamped a signature, and trusts authorities of time stamps for nothing else", () => {
    const untrusted = verify("stamped.pdf", ...STATUS);
    expect(untrusted.stdout).toContain("TIME_STAMP_UNTRUSTED");
    expect(untrusted.stdout).toContain("签名级别 level  B-B");
    writeFileSync(path("trust/time-stamp-root.pem"), stamps.rootPem);
    const { status, stdout } = verify("stamped.pdf", ...STATUS);
    rmSync(path("trust/time-stamp-root.pem"));
    expect(status).toBe(0);
    expect(stdout).toContain("签名级别 level  B-T");
    expect(stdout).toContain(`时间戳 time stamp  ${STAMPED_AT.toISOString()}, Stamp authority (1.2.3.4)`);
    expect(stdout).not.toContain("SIGNING_TIME_CLAIMED");
  });

  test("5.8.3: takes the register that the province signed, shows it, keeps it, and refuses an altered one", () => {
    const register = (typeCode: string) => {
      const { itemCode, node: city } = scene.issue("2026000009").message.metadata;
      const rights = { [itemCode]: [{ type: typeCode, node: city, from: "2026-01-01" }] };
      const bodies = { [DEPARTMENT.organizationCode]: { node: city, rights } };
      const text = registerText({ publisher: "440000", builtAt: "2026-11-25T00:00:00.000Z", bodies });
      return Buffer.from(signedRegister(text, (bytes) => sign(null, bytes, node.privateKey)));
    };
    const byHand = readFileSync(path("trust/issuers.json"));
    writeFileSync(path("register.json"), register(licence().typeCode));
    const shown = ecert("issuers", "register.json", "--trust", "trust", "--out", "trust/issuers.json");
    expect(shown.stdout).toContain("440000");
    expect(shown.stdout).toContain("颁发机构 bodies     1, 证照目录项 items 1");
    const good = verify("good.pdf", ...STATUS);
    expect(good.status).toBe(0);
    expect(good.stdout).toMatch(/机构目录 register {2}2026-11-25T00:00:00.000Z \(\d+ (?:小时前 hours|天前 days) old\)/);
    writeFileSync(path("trust/issuers.json"), register("11100000MB03271699999"));
    expect(verify("good.pdf", ...STATUS).stdout).toContain("ISSUER_NOT_AUTHORISED");
    const altered = register("11100000MB03271699999").toString().replace("11100000MB03271699999", licence().typeCode);
    writeFileSync(path("trust/issuers.json"), altered);
    const refused = verify("good.pdf", ...STATUS);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toMatch(/issuers\.json: .*register of issuers: not signed well by a known node 440000/);
    writeFileSync(path("trust/issuers.json"), byHand);
  });

  test("takes no other node's word for the province's: its bundle tells of its own certificates, its register of nothing", () => {
    const other = generateKeyPairSync("ed25519");
    writeFileSync(path("trust/node-440300.pem"), other.publicKey.export({ type: "spki", format: "pem" }));
    writeFileSync(path("other.ecsb"), bundleBy("440300", other.privateKey));
    for (const file of ["good.pdf", "revoked.pdf"]) {
      const by = verify(file, "--status", "other.ecsb");
      expect([by.status, by.stdout]).toEqual([4, expect.stringContaining("STATE_UNKNOWN")]);
      expect(by.stderr).toContain(
        "tells of its own certificates only; if it is the province, name its key province-440300.pem",
      );
    }
    expect(verify("good.pdf", "--status", "other.ecsb", "--publisher", "440300").status).toBe(0);
    expect(verify("good.pdf", "--status", "other.ecsb", "--publisher", "440900").stderr).toContain(
      "no node-440900.pem",
    );
    writeFileSync(path("own.ecsb"), bundleBy("440100", node.privateKey));
    expect(verify("good.pdf", "--status", "own.ecsb").status).toBe(0);
    expect(verify("revoked.pdf", "--status", "own.ecsb").status).toBe(3);
    const text = registerText({ publisher: "440300", builtAt: "2026-11-25T00:00:00.000Z", bodies: {} });
    writeFileSync(
      path("others.json"),
      signedRegister(text, (bytes) => sign(null, bytes, other.privateKey)),
    );
    const refused = ecert("issuers", "others.json", "--trust", "trust");
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("not the province; if it is")]);
    expect(ecert("issuers", "others.json", "--trust", "trust", "--publisher", "440300").status).toBe(0);
    rmSync(path("trust/node-440300.pem"));
  });

  test("binds a face to the message given with it", () => {
    const { status, stdout } = verify("good.pdf", "--message", "good.json", ...STATUS);
    expect(stdout).toContain("营业执照");
    expect(status).toBe(0);
    expect(verify("revoked.pdf", "--message", "good.json", ...STATUS).stdout).toContain("FACE_MISMATCH");
  });

  test("tells mistakes in words, with code 2", () => {
    for (const args of [
      ["verify"],
      ["verify", "nothing.pdf", "--trust", "trust"],
      ["verify", "good.pdf", "--at", "x"],
      ["x"],
    ]) {
      const { status, stderr } = ecert(...args);
      expect(status, args.join(" ")).toBe(2);
      expect(stderr).toMatch(/^ecert: /);
      expect(stderr).not.toContain("    at ");
    }
    expect(ecert("--help").stdout).toContain("退出码");
  });

  test("runs through its launcher", () => {
    const run = spawnSync(process.execPath, [join(ROOT, "ops/ecert/launch.mjs"), "--help"], { encoding: "utf8" });
    expect(run.stdout).toContain("ecert verify FILE");
  });
});

test("ecert status shows what a bundle covers, and keeps it where told to", () => {
  const at = ["--at", NOW.toISOString()];
  const { status, stdout } = ecert("status", "states.ecsb", "--trust", "trust", "--out", "kept.ecsb", ...at);
  expect(readFileSync(path("kept.ecsb"))).toEqual(readFileSync(path("states.ecsb")));
  expect(stdout).toContain("注销 revoked 1");
  expect(stdout).toContain("440100: 2 份证照");
  expect(stdout).toContain("有效期在 2026-10-26 前届满者");
  expect(status).toBe(0);
});

describe("ecert extract", () => {
  test("gives openssl what it needs to verify SM2 in PDF, OFD, seal and data message", async () => {
    const national = await openScene("SM2");
    const one = national.issue("2026000009");
    national.close();
    writeFileSync(path("sm2.pdf"), one.pdf);
    writeFileSync(path("sm2.ofd"), one.ofd);
    writeFileSync(path("sm2.json"), one.messageBytes);
    writeFileSync(path("sm2.p7s"), one.messageCms);
    for (const args of [["sm2.pdf"], ["sm2.ofd"], ["sm2.json", "--signature", "sm2.p7s"]]) {
      expect(ecert("extract", ...args, "--out", "parts").status).toBe(0);
      expect(sm2Holds("signer.pem", "signed.bin", "signature.der"), args[0]).toBe(true);
      const digest = createHash("sm3")
        .update(readFileSync(path("parts/content.bin")))
        .digest();
      expect(readFileSync(path("parts/signed.bin")).includes(digest), args[0]).toBe(true);
    }
    expect(sm2Holds("seal-maker.pem", "seal-signed.bin", "seal-signature.der")).toBe(true);
    expect(sm2Holds("seal-maker.pem", "signed.bin", "signature.der")).toBe(false);
  });

  test("gives openssl ts the token and what it is over", () => {
    expect(ecert("extract", "stamped.pdf", "--out", "stamp").status).toBe(0);
    writeFileSync(path("stamp/root.pem"), stamps.rootPem);
    const opensslTs = (data: string) => {
      const paths = ["-in", "time-stamp.der", "-data", data, "-CAfile", "root.pem"];
      const time = ["-attime", String(STAMPED_AT.getTime() / 1000)];
      const options = { encoding: "utf8", cwd: path("stamp") } as const;
      return spawnSync("openssl", ["ts", "-verify", "-token_in", ...paths, ...time], options).stdout;
    };
    expect(opensslTs("signature.der")).toContain("Verification: OK");
    expect(opensslTs("signed.bin")).not.toContain("Verification: OK");
  });
});

/** What openssl's primitive says of a part; the certificate's key verifies. */
function sm2Holds(certificate: string, signed: string, signature: string): boolean {
  const run = (...args: string[]) => spawnSync("openssl", args, { cwd: path("parts"), encoding: "utf8" });
  writeFileSync(path("parts/key.pem"), run("x509", "-in", certificate, "-noout", "-pubkey").stdout);
  const sm2 = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];
  return (
    run("pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", ...sm2, "-in", signed, "-sigfile", signature).status === 0
  );
}
