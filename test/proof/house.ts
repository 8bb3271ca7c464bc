import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Device } from "../../agent/device/device.ts";
import { createPkcs11Device, type Pkcs11Options } from "../../agent/device/pkcs11-device.ts";
import { VENDOR_PRESETS } from "../../agent/device/vendor-presets.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareSeal } from "../../services/trust/seal/prepare-seal.ts";
import { loadSigningCertificate } from "../../services/trust/signing-certificate.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { type SeedItem, seedItems } from "../document/seed.ts";
import { makeSm2Token } from "../fixtures/sm2-token.ts";
import { makeSoftHsmToken } from "../fixtures/softhsm.ts";
import { type HousePlan, KEY_KINDS, type KeyKind } from "./house-plan.ts";

const DAY = 86_400_000;
/** The node of the seed's certificates. */
const NODE = "440100";

/** A house that is set up; `dispose` takes it away. */
export interface House {
  plan: HousePlan;
  dispose(): Promise<void>;
}

/** Makes tokens with a key for each issuer of the seed, their certificates, seals, revocation lists and a status bundle. */
export async function setUpHouse(): Promise<House> {
  const items = seedItems();
  const directory = mkdtempSync(join(tmpdir(), "ecert-proof-"));
  const signedAt = new Date(Math.floor(Date.now() / 1000) * 1000);
  const softHsm = await makeSoftHsmToken();
  const sm2 = await makeSm2Token(VENDOR_PRESETS.tass);
  const { module, tokenLabel, pinFile } = sm2;
  const devices: Record<KeyKind, Pkcs11Options> = {
    "P-256": {
      module: softHsm.module,
      tokenLabel: softHsm.tokenLabel,
      pinFile: softHsm.pinFile,
      environment: softHsm.env,
    },
    SM2: { module, tokenLabel, pinFile, environment: sm2.env, vendor: "tass" },
  };
  // A day back, so that certificates and lists are valid when it is signed.
  const authority = createAuthority(join(directory, "authority"), {
    national: true,
    now: () => new Date(signedAt.getTime() - DAY),
  });
  const issuers = new Map([...items.values()].map(({ example }) => [example.issuer.code, example.issuer]));
  const certificates: HousePlan["certificates"] = { "P-256": {}, SM2: {} };
  const seals: HousePlan["seals"] = {};
  for (const kind of KEY_KINDS) {
    const device = createPkcs11Device(devices[kind]);
    try {
      for (const { code, name } of issuers.values())
        certificates[kind][code] = await certify(authority, device, kind, code, { code, name });
      if (kind === "SM2") Object.assign(seals, await makeSeals(authority, device, items, certificates.SM2, signedAt));
    } finally {
      await device.close();
    }
  }
  const verifiedAt = new Date(signedAt.getTime() + 120_000);
  const plan: HousePlan = {
    directory,
    signedAt: signedAt.toISOString(),
    verifiedAt: verifiedAt.toISOString(),
    devices,
    certificates,
    seals,
    ...writeTrust(directory, authority, [...items.values()], signedAt),
  };
  const dispose = async () => {
    await softHsm.dispose();
    await sm2.dispose();
    rmSync(directory, { recursive: true, force: true });
  };
  return { plan, dispose };
}

/** Makes a key in the device and has the authority certify it; gives the certificates as PEM. */
async function certify(
  authority: Authority,
  device: Device,
  kind: KeyKind,
  label: string,
  { name, code }: { name: string; code: string },
): Promise<string> {
  const { publicKey } = await device.generateKey(label, kind === "SM2" ? "sm2-sm3" : "ecdsa-p256-sha256");
  const request = await makeCertificateRequest({
    subject: { country: "CN", organization: name, organizationCode: code, commonName: name },
    spki: publicKey,
    sign: (bytes) => device.sign(label, bytes),
  });
  return authority.issueSigning(request).certPem;
}

/** An electronic seal for each item of the seed, by a seal maker of its own. */
async function makeSeals(
  authority: Authority,
  device: Device,
  items: ReadonlyMap<string, SeedItem>,
  certificates: Record<string, string>,
  time: Date,
): Promise<HousePlan["seals"]> {
  const body = { name: "岭海市政务服务数据管理局", code: "11440100MB2C91870E" };
  const maker = loadSigningCertificate(await certify(authority, device, "SM2", "seal-maker", body));
  const seals: HousePlan["seals"] = {};
  for (const [name, item] of items) {
    const signers = [certificateOf(certificates, item)];
    const seal = prepareSeal({ ...sealOf(item, time), signers, maker });
    seals[name] = seal.finish(await device.sign("seal-maker", seal.toBeSigned));
  }
  return seals;
}

function certificateOf(certificates: Record<string, string>, { example }: SeedItem): Uint8Array {
  return loadSigningCertificate(certificates[example.issuer.code] ?? "").certificate;
}

function sealOf({ example, sealPicture }: SeedItem, time: Date) {
  return {
    vendor: "ecert",
    id: `${example.issuer.division}00000001`,
    name: example.issuer.name,
    picture: sealImage(sealPicture),
    created: time,
    validFrom: new Date(time.getTime() - DAY),
    validTo: new Date(time.getTime() + 700 * DAY),
  };
}

/** The trust directory of `ecert verify`, and a status bundle that covers the node of the seed. */
function writeTrust(directory: string, authority: Authority, items: SeedItem[], signedAt: Date) {
  const trust = join(directory, "trust");
  mkdirSync(trust);
  const write = (name: string, text: string) => writeFileSync(join(trust, name), text);
  const { certificates } = authority;
  const lists = authority.crl();
  for (const name of ["root", "signing", "root-sm2", "signing-sm2"] as const) {
    write(`${name}.pem`, certificates[name] ?? "");
    write(`${name}.crl`, lists[name] ?? "");
  }
  const types = items.map(({ typeCode }) => typeCode);
  write(
    "issuers.json",
    JSON.stringify(Object.fromEntries(items.map(({ example }) => [example.issuer.code, { types }]))),
  );
  const node = generateKeyPairSync("ed25519");
  const publicKey = node.publicKey.export({ type: "spki", format: "pem" }).toString();
  // One key for both: province and node of the seed's certificates.
  for (const name of ["province-440000", `node-${NODE}`]) write(`${name}.pem`, publicKey);
  const statesOf = (name: string, after: number): string => {
    const builtAt = new Date(signedAt.getTime() + after).toISOString();
    const head = { publisher: "440000", builtAt, nodes: [{ node: NODE, records: 1, root: "0".repeat(64) }] };
    const nothing = { suspended: [], revoked: [], superseded: [] };
    const bundle = writeStatusBundle(head, nothing, new Uint8Array(16), (bytes) => sign(null, bytes, node.privateKey));
    writeFileSync(join(directory, name), bundle);
    return join(directory, name);
  };
  return {
    trust,
    states: statesOf("states.ecsb", 60_000),
    nextDay: {
      states: statesOf("next-day.ecsb", DAY + 60_000),
      verifiedAt: new Date(signedAt.getTime() + DAY + 120_000).toISOString(),
    },
    nodeKey: node.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
