import { spawnSync } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { opensslCms, opensslSm2, opensslSm3, opensslStructure, pdfsig } from "../../ops/demo/outside.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import { sealPictureOf } from "../../ops/trial/seed.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { runAgentCommand } from "../agent/agent-process.ts";
import { DEPARTMENT, LICENCE, openSm2House, type Sm2House } from "./sm2-house.ts";

const ECERT = join(import.meta.dirname, "../../ops/ecert/main.ts");

let house: Sm2House;
/** Issued under P-256 before the move, and under SM2 after it. */
let old: Certificate;
let fresh: Certificate;

beforeAll(async () => {
  house = await openSm2House();
  mkdirSync(path("trust"));
  const { national, ...common } = house.files;
  for (const [index, { signing, revocationList }] of [common, national ?? common].entries()) {
    copyFileSync(signing, path(`trust/signing-${index}.pem`));
    copyFileSync(revocationList, path(`trust/signing-${index}.crl`));
  }
  copyFileSync(house.core.publicKeyFile, path(`trust/node-${house.core.node.code}.pem`));
});
afterAll(() => house?.close());

const path = (name: string) => join(house.directory, name);

function ecert(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ECERT, ...args], { encoding: "utf8" });
  return { status, text: stdout + stderr };
}

/** Makes and issues a certificate, and leaves its three forms in files. */
async function issue(serial: string, replaces?: Certificate): Promise<Certificate> {
  const { issuing } = house.connector;
  const order = orderFrom(LICENCE, serial);
  if (replaces === undefined) await issuing.make(order);
  else await issuing.replace(replaces.identifier, { ...order, number: replaces.number });
  const issued = await issuing.issue(serial);
  writeFileSync(path(`${serial}.json`), issued.message);
  writeFileSync(path(`${serial}.p7s`), issued.messageCms);
  writeFileSync(path(`${serial}.pdf`), await house.archived(issued.identifier, FileFormat.PDF));
  writeFileSync(path(`${serial}.ofd`), await house.archived(issued.identifier, FileFormat.OFD));
  return issued;
}

/** Off-line verification of all three forms by the command, with a bundle that lists what is not in force. */
function verify(serial: string, listed: { revoked?: string[]; superseded?: string[] } = {}) {
  const node = house.core.node.code;
  const key = createPrivateKey(readFileSync(join(house.core.directory, "keys", "node-key.key")));
  const head = {
    publisher: node,
    builtAt: new Date().toISOString(),
    nodes: [{ node, records: 9, root: "0".repeat(64) }],
  };
  const states = { suspended: [], revoked: [], superseded: [], ...listed };
  writeFileSync(
    path("states.ecsb"),
    writeStatusBundle(head, states, new Uint8Array(16), (bytes) => sign(null, bytes, key)),
  );
  const files = ["pdf", "ofd", "json"].map((end) => path(`${serial}.${end}`));
  return ecert("verify", ...files, "--trust", path("trust"), "--status", path("states.ecsb"), "--offline");
}

/** The documented operation (agent/README.md): request, certificate, seal, policy, restart, PutSeal. */
async function moveSealToSm2(between: () => Promise<void>): Promise<void> {
  const { configFile, directory } = house.agent.files;
  const organization = ["--organization", DEPARTMENT.name, "--organization-code", DEPARTMENT.code];
  const request = join(directory, "seal-2.request.pem");
  const asked = ["--config", configFile, "--key", "seal-2", "--algorithm", "sm2", ...organization, "--out", request];
  expect(await runAgentCommand("request", ...asked)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("sm2-sm3"),
  });
  const { certPem } = house.authority.issueSigning(readFileSync(request, "utf8"));
  writeFileSync(join(directory, "seal-2.crt.pem"), certPem);

  const pictureJson = JSON.stringify(sealPictureOf(DEPARTMENT));
  writeFileSync(path("picture.json"), pictureJson);
  const { makerKey, makerCertificate } = await sealMaker();
  const made = [
    "--name",
    DEPARTMENT.name,
    "--id",
    DEPARTMENT.seal,
    "--picture",
    path("picture.json"),
    "--to",
    "2099-12-31",
  ];
  const key = ["--key", makerKey, "--passphrase-file", path("passphrase"), "--trial"];
  const by = ["--maker", makerCertificate, ...key, "--signer", join(directory, "seal-2.crt.pem")];
  const sealFile = join(directory, "seal-2.esl");
  expect(ecert("seal", "make", ...made, ...by, "--out", sealFile)).toMatchObject({ status: 0 });

  const policyFile = join(directory, "policy.json");
  const policy = JSON.parse(readFileSync(policyFile, "utf8"));
  const [seal] = policy.seals;
  const moved = { keyLabel: "seal-2", certificateFile: "seal-2.crt.pem", electronicSealFile: "seal-2.esl" };
  writeFileSync(policyFile, JSON.stringify({ ...policy, seals: [{ ...seal, ...moved }] }));
  await house.agent.running.stop();
  await house.agent.running.restart();
  await between();

  const registry = house.operator.client(RegistryService, house.core.mesh.catalog?.[0] ?? "");
  await registry.putSeal({
    seal: {
      code: DEPARTMENT.seal,
      name: `${DEPARTMENT.name}电子证照专用章`,
      departmentCode: DEPARTMENT.code,
      pictureJson,
      signingCertificatePem: certPem,
      electronicSeal: readFileSync(sealFile),
    },
  });
}

/** A seal maker's key, made by openssl, and its certificate. */
async function sealMaker() {
  const makerKey = path("maker.key.pem");
  writeFileSync(path("passphrase"), "trial passphrase");
  const passphrase = `file:${path("passphrase")}`;
  const curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sm2", "-aes-256-cbc", "-pass", passphrase];
  const made = ["genpkey", ...curve, "-out", makerKey];
  expect(spawnSync("openssl", made).status).toBe(0);
  const subject = `/C=CN/O=省制章机构/2.5.4.97=${DEPARTMENT.code}/CN=省制章机构`;
  const id = ["-sm3", "-sigopt", "distid:1234567812345678"];
  const request = spawnSync(
    "openssl",
    ["req", "-new", "-utf8", "-key", makerKey, "-passin", passphrase, ...id, "-subj", subject],
    {
      encoding: "utf8",
    },
  );
  const makerCertificate = path("maker.crt.pem");
  writeFileSync(makerCertificate, house.authority.issueSigning(request.stdout, { days: 3650 }).certPem);
  return { makerKey, makerCertificate };
}

describe("a seal moves from P-256 to SM2 in a vendor's device (issue, policy, PutSeal)", () => {
  test("by an operation: what was signed before and after is good, to us and to tools of others", async () => {
    old = await issue("before");
    expect(verify("before")).toMatchObject({ status: 0 });
    const { issuing } = house.connector;
    await issuing.make(orderFrom(LICENCE, "meanwhile"));
    await moveSealToSm2(async () => {
      await expect(issuing.issue("meanwhile")).rejects.toMatchObject({ reason: "SIGNER_UNTRUSTED" });
      expect(await issuing.get({ businessSerial: "meanwhile" })).toMatchObject({ state: CertificateState.MADE });
    });
    expect(await issuing.issue("meanwhile")).toMatchObject({ state: CertificateState.ISSUED });
    fresh = await issue("after");
    expect(verify("after")).toMatchObject({ status: 0 });
    expect(verify("before")).toMatchObject({ status: 0, text: expect.stringContaining(old.identifier) });
    const common = house.files.root;
    expect(opensslCms(path("before.json"), path("before.p7s"), common).good).toBe(true);
    expect(pdfsig(path("before.pdf")).good).toBe(true);
  });

  test("GB/T 35275, GB/T 38540: openssl's primitives accept message, PDF, OFD and seal under SM2", () => {
    expect(opensslStructure(path("before.p7s"))).toContain("pkcs7-signedData");
    expect(opensslStructure(path("after.p7s"))).toContain("1.2.156.10197.6.1.4.2.2");
    for (const [form, more] of [
      ["json", ["--signature", path("after.p7s")]],
      ["pdf", []],
      ["ofd", []],
    ] as const) {
      const parts = path(`parts-${form}`);
      expect(ecert("extract", path(`after.${form}`), ...more, "--out", parts)).toMatchObject({ status: 0 });
      const part = (name: string) => join(parts, name);
      expect(opensslSm2(part("signer.pem"), part("signed.bin"), part("signature.der"))).toBe(true);
      expect(opensslSm3(part("content.bin"), part("signed.bin"))).toBe(true);
    }
    const seal = ["seal-maker.pem", "seal-signed.bin", "seal-signature.der"].map((name) =>
      join(path("parts-ofd"), name),
    );
    expect(opensslSm2(...(seal as [string, string, string]))).toBe(true);
  });

  test("one altered bit of the sealed OFD is noticed", () => {
    const altered = readFileSync(path("after.ofd"));
    altered[2000] = (altered[2000] ?? 0) ^ 1;
    writeFileSync(path("altered.ofd"), altered);
    const checked = ecert("verify", path("altered.ofd"), "--trust", path("trust"), "--offline");
    expect(checked).toMatchObject({ status: 1, text: expect.stringContaining("invalid") });
  });

  test("4.4.5 the certificate is replaced across the move, and revoked, and each verifies as what it is", async () => {
    const next = await issue("replacement", old);
    const superseded = { superseded: [old.identifier] };
    expect(verify("replacement", superseded)).toMatchObject({ status: 0 });
    expect(verify("before", superseded)).toMatchObject({ status: 3, text: expect.stringContaining("superseded") });
    expect(next.identifier).not.toBe(old.identifier);
    await house.connector.issuing.revoke(fresh.identifier, "企业已注销登记");
    const revoked = verify("after", { ...superseded, revoked: [fresh.identifier] });
    expect(revoked).toMatchObject({ status: 3, text: expect.stringContaining("revoked") });
  });
});
