import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import { VENDOR_PRESETS } from "../../agent/device/vendor-presets.ts";
import { makeSeal } from "../../ops/ecert/seal-make.ts";
import { makeStampFiles } from "../../ops/time-stamp/files.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { encryptPkcs8 } from "../../services/trust/sm2/private-key.ts";
import { makePng } from "../document/png.ts";
import { directClient, openTestRuntime } from "../fixtures/runtime.ts";
import { makeSm2Token, type Sm2Token } from "../fixtures/sm2-token.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import { ahead, openSealHouse, type SealHouse } from "../trust/seal-house.ts";

const PROGRAM = join(import.meta.dirname, "../../ops/ecert/main.ts");
const STAMPS = join(import.meta.dirname, "../../ops/time-stamp/main.ts");
const PICTURE = { kind: "round", name: DEPARTMENT.organization, caption: "电子证照专用章", diameter: 42 };
const NAME = `${DEPARTMENT.organization}电子证照专用章`;

let house: SealHouse;
let token: Sm2Token;

beforeAll(async () => {
  house = await openSealHouse();
  token = await makeSm2Token(VENDOR_PRESETS.sansec);
  const { bench, authority, maker, department } = house;
  bench.file("picture.json", JSON.stringify(PICTURE));
  bench.file("signer.pem", department.certPem);
  bench.file("maker.pem", maker.certPem);
  const [pkcs8 = new Uint8Array()] = fromPem("PRIVATE KEY", maker.keyPem);
  chmodSync(bench.file("maker.key.pem", encryptPkcs8(pkcs8, "trial passphrase")), 0o600);
  chmodSync(bench.file("plain.key.pem", maker.keyPem), 0o600);
  bench.file("open.key.pem", encryptPkcs8(pkcs8, "trial passphrase"));
  bench.file("passphrase", "trial passphrase\n");
  mkdirSync(join(bench.directory, "trust"));
  bench.file("trust/root.pem", authority.certificates["root-sm2"] ?? "");
});
afterAll(async () => {
  house.bench.close();
  await token.dispose();
});

const path = (name: string) => join(house.bench.directory, name);
const read = (name: string) => new Uint8Array(readFileSync(path(name)));
const seal = (...args: string[]) => {
  const cwd = house.bench.directory;
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, "seal", ...args], { encoding: "utf8", cwd });
  return { status, stdout, stderr };
};
const SECRET = ["--passphrase-file", "passphrase"];
const KEY = ["--key", "maker.key.pem", ...SECRET, "--trial"];
const SEAL = ["--name", NAME, "--picture", "picture.json", "--signer", "signer.pem", "--to", "2099-12-31"];
const make = (out: string, ...args: string[]) =>
  seal("make", ...SEAL, "--id", "44010000000001", "--maker", "maker.pem", "--out", out, ...args);

describe("ecert seal make (GB/T 38540)", () => {
  test("makes a seal that openssl, `seal check` and PutSeal accept, byte for byte", async () => {
    expect(make("seal.esl", ...KEY)).toMatchObject({ status: 0, stdout: expect.stringContaining("GB/T 38540-2020") });
    const made = read("seal.esl");
    const { signed, signature, picture } = readSeal(made);
    house.expectGood(house.maker.certPem, signed, signature);
    expect(picture).toMatchObject({ type: "ofd", width: 42, height: 42 });
    const checked = seal("check", "seal.esl", "--trust", "trust", "--signer", "signer.pem");
    expect(checked).toMatchObject({ status: 0, stdout: expect.stringContaining("印章有效 valid") });

    const signers = { anchorFiles: [path("trust/root.pem")] };
    const opened = await openTestRuntime({ service: "catalog", now: new Date().toISOString(), config: { signers } });
    const running = await catalogService.start(opened.runtime);
    const registry = directClient(running, RegistryService);
    const { organizationCode: code, organization: name } = DEPARTMENT;
    await registry.putDepartment({ department: { code, name, division: "440100" } });
    const bound = await registry.putSeal({
      seal: {
        code: "DZYZ-440100-0001",
        name: NAME,
        departmentCode: code,
        pictureJson: JSON.stringify(PICTURE),
        signingCertificatePem: house.department.certPem,
        electronicSeal: made,
      },
    });
    expect(Uint8Array.from(bound.seal?.electronicSeal ?? [])).toEqual(made);
    const closed = opened.close();
    await running.stop();
    await closed;
  });

  test("signs with a seal maker's key in a PKCS#11 device that has SM2 by a vendor's numbers", async () => {
    const { module, tokenLabel, pinFile, env } = token;
    const device = createPkcs11Device({ module, tokenLabel, pinFile, environment: env, vendor: "sansec" });
    const { publicKey } = await device.generateKey("maker", "sm2-sm3");
    const subject = { ...DEPARTMENT, commonName: "制章系统二" };
    const sign = (bytes: Uint8Array) => device.sign("maker", bytes);
    const request = await makeCertificateRequest({ subject, spki: publicKey, sign });
    await device.close();
    writeFileSync(path("maker2.pem"), house.authority.issueSigning(request).certPem);
    const config = { module, tokenLabel, pinFile, vendor: "sansec", environment: env };
    writeFileSync(path("device.json"), JSON.stringify(config));
    const by = ["--maker", "maker2.pem", "--device", "device.json", "--key-label", "maker"];
    const made = seal("make", ...SEAL, "--id", "44010000000002", "--out", "token.esl", ...by);
    expect(made).toMatchObject({ status: 0, stderr: "" });
    expect(seal("check", "token.esl", "--trust", "trust").stdout).toContain("制章系统二");
    const missing = seal("make", ...SEAL, "--id", "2", "--out", "x.esl", ...by.slice(0, -1), "gone");
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining("keys: maker") });
  });

  test("has a seal of version 5 stamped by an authority, which `seal check` holds it to", async () => {
    const files = makeStampFiles(join(house.bench.directory, "tsa"));
    const program = spawn(process.execPath, [STAMPS, "--directory", files.directory, "--port", "0"]);
    const [said] = await once(program.stdout, "data");
    const stamps = ["--time-stamp", String(said).split(" ")[0] ?? "", "--time-stamp-root", files.rootFile];
    expect(make("stamped.esl", ...KEY, "--version", "5", ...stamps).status).toBe(0);
    const { stderr } = make("fourth-stamped.esl", ...KEY, ...stamps);
    program.kill();
    expect(stderr).toContain("have no place for one");
    expect(readSeal(read("stamped.esl")).timeStamp).toBeDefined();
    const check = () => seal("check", "stamped.esl", "--trust", "trust");
    expect(check()).toMatchObject({ status: 0, stdout: expect.stringContaining("not trusted here") });
    copyFileSync(files.rootFile, path("trust/time-stamp-root.pem"));
    const trusted = check();
    rmSync(path("trust/time-stamp-root.pem"));
    expect(trusted.status).toBe(0);
    expect(trusted.stdout).not.toContain("not trusted here");
  });

  test("takes a picture of another's drawing, digests of certificates, and version 5 by its switch", () => {
    house.bench.file("picture.png", makePng(40, 30));
    const changes = ["--picture", "picture.png", "--size", "40x30", "--digests", "--version", "5", "--type", "person"];
    expect(make("fifth.esl", ...KEY, ...changes).status).toBe(0);
    expect(readSeal(read("fifth.esl"))).toMatchObject({
      version: 5,
      type: 2,
      signers: { kind: "digests" },
      picture: { type: "png", width: 40, height: 30 },
    });
    expect(seal("check", "fifth.esl", "--trust", "trust", "--signer", "signer.pem").status).toBe(0);
  });

  test("tells each mistake with the option and the remedy, and writes nothing", async () => {
    const late = await createDepartment(house.authority, "P-256");
    house.bench.file("late.pem", late.certPem);
    house.bench.file("strange.pem", "nothing");
    house.bench.file("damaged.png", makePng(40, 30).subarray(0, 60));
    house.bench.file("damaged.ofd", "PK");
    const home = process.cwd();
    process.chdir(house.bench.directory);
    for (const [args, text] of [
      [[], "exactly one of --key and --device"],
      [[...KEY, "--device", "device.json"], "exactly one of --key and --device"],
      [["--key", "maker.key.pem", ...SECRET], "use --device, or say --trial"],
      [["--key", "maker.key.pem", "--trial"], "--passphrase-file"],
      [["--key", "maker.key.pem", "--trial", "--passphrase-file", "picture.json"], "right passphrase"],
      [["--key", "plain.key.pem", ...SECRET, "--trial"], "openssl pkcs8 -topk8"],
      [["--key", "open.key.pem", ...SECRET, "--trial"], "chmod 600 open.key.pem"],
      [["--device", "device.json", "--key-label", "maker", ...SECRET], "--passphrase-file: 无 --key"],
      [[...KEY, "--key-label", "maker"], "--key-label: 无 --device"],
      [[...KEY, "--time-stamp-root", "maker.pem"], "goes with --time-stamp"],
      [[...KEY, "--version", "5", "--time-stamp", "ftp://x", "--time-stamp-root", "trust/root.pem"], "http"],
      [[...KEY, "--picture", "damaged.png", "--size", "40x30"], "whole picture of type png"],
      [[...KEY, "--picture", "damaged.ofd", "--size", "40x30"], "whole picture of type ofd"],
      // Told before the key is looked at, here one that would be refused.
      [[...KEY, "--key", "open.key.pem", "--out", "picture.json"], "name another file"],
      [[...KEY, "--key", "open.key.pem", "--out", "nowhere/seal.esl"], "folder is there"],
      [[...KEY, "--maker", "late.pem"], "the key that the certificate was issued for"],
      [[...KEY, "--maker", "nowhere.pem"], "--maker: 无法读取 nowhere.pem"],
      [[...KEY, "--signer", "strange.pem"], "signing certificate in PEM"],
      [[...KEY, "--picture", "signer.pem"], "one of .json"],
      [[...KEY, "--to", "soon"], "--to: soon is not a time"],
      [[...KEY, "--from", "2100-01-01"], "must be later than validFrom"],
      [[...KEY, "--version", "3"], "one of 4, 5"],
      [[...KEY, "--id", "印"], "id: must be 1–64 characters of ASCII"],
    ] as const) {
      const all = [...SEAL, "--id", "1", "--maker", "maker.pem", "--out", "never.esl", ...args];
      const refusal = await makeSeal(all).then(undefined, (error: unknown) => error);
      if (!(refusal instanceof Refusal)) throw new Error(`expected a refusal: ${args.join(" ")}`, { cause: refusal });
      expect([refusal.message, ...refusal.fields.map(({ remedy }) => remedy)].join("; ")).toContain(text);
    }
    process.chdir(home);
    const { status, stderr } = make("never.esl", ...KEY, "--colour", "red");
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(/^ecert: .*--help\n$/) });
    expect(existsSync(path("never.esl"))).toBe(false);
    const before = read("seal.esl");
    expect(make("seal.esl", ...KEY)).toMatchObject({ status: 2, stderr: expect.stringContaining("name another file") });
    expect(read("seal.esl")).toEqual(before);
  });
});

describe("ecert seal show", () => {
  test.each([
    [1, "first.esl", () => house.makeFirstVersion(), "GM/T 0031-2014"],
    [4, "fourth.esl", () => house.makeSeal(), "GB/T 38540-2020"],
    [5, "fifth-too.esl", () => house.makeSeal({ version: 5 }), "GM/T 0031-2025"],
  ] as const)("shows a seal of version %i, for people and as JSON", (version, file, made, standard) => {
    house.bench.file(file, made());
    const { status, stdout } = seal("show", file);
    expect(stdout).toContain(`${version} (${standard})`);
    expect(stdout).toContain("制章系统");
    expect(status).toBe(0);
    const facts = JSON.parse(seal("show", file, "--json").stdout);
    const { serial, organizationCode } = { ...house.department, organizationCode: DEPARTMENT.organizationCode };
    expect(facts).toMatchObject({ version, standard, signers: [{ serial, organizationCode }], timeStamp: false });
  });

  test("tells what is no seal, in words", () => {
    expect(seal("show", "picture.json")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Seal.esl of an OFD"),
    });
    expect(seal("show")).toMatchObject({ status: 2, stderr: expect.stringContaining("FILE") });
    expect(seal("paint")).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no seal paint") });
    expect(seal("--help").stdout).toContain("ecert seal make");
  });
});

describe("ecert seal check", () => {
  test("says why a seal is not valid: altered, expired, by an unknown maker, for another certificate", () => {
    const good = house.makeSeal();
    const altered = Uint8Array.from(good);
    altered[altered.length - 3] = (altered[altered.length - 3] ?? 0) ^ 1;
    house.bench.file("good.esl", good);
    house.bench.file("altered.esl", altered);
    mkdirSync(path("elsewhere"));
    house.bench.file("elsewhere/root.pem", house.authority.certificates.root);
    const check = (...args: string[]) => seal("check", ...args);
    for (const [outcome, reason] of [
      [check("altered.esl", "--trust", "trust"), "SIGNATURE_INVALID"],
      [check("good.esl", "--trust", "trust", "--at", ahead(900).toISOString()), "SIGNER_EXPIRED"],
      [check("good.esl", "--trust", "elsewhere"), "SIGNER_UNTRUSTED"],
      [check("good.esl", "--trust", "trust", "--signer", "maker.pem"), "SIGNER_UNTRUSTED"],
    ] as const) {
      expect(outcome).toMatchObject({ status: 1, stdout: expect.stringContaining(reason) });
      expect(outcome.stdout).toContain("印章无效 invalid");
    }
    const json = JSON.parse(check("altered.esl", "--trust", "trust", "--json").stdout);
    expect(json).toMatchObject({ ok: false, findings: [{ reason: "SIGNATURE_INVALID" }] });
    expect(check("good.esl")).toMatchObject({ status: 2, stderr: expect.stringContaining("--trust DIR") });
  });
});
