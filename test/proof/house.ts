import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPkcs11Device, type Pkcs11Options } from "../../agent/device/pkcs11-device.ts";
import { VENDOR_PRESETS } from "../../agent/device/vendor-presets.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareSeal } from "../../services/trust/seal/prepare-seal.ts";
import { loadSigningCertificate, type SigningCertificate } from "../../services/trust/signing-certificate.ts";
import { writeStatusBundle } from "../../services/trust/status-bundle.ts";
import { type SeedItem, seedItems } from "../document/seed.ts";
import { makeSm2Token } from "../fixtures/sm2-token.ts";
import { makeSoftHsmToken } from "../fixtures/softhsm.ts";

const DAY = 86_400_000;

/** Keys that are proved: P-256 in SoftHSM2, SM2 in the test token, both through the agent's device path. */
export const KEY_KINDS = ["P-256", "SM2"] as const;
/** One of {@link KEY_KINDS}. */
export type KeyKind = (typeof KEY_KINDS)[number];

/** What the processes of a proof share: devices, signing certificates and seals, and what verifiers are given. */
export interface HousePlan {
  directory: string;
  /** When everything is signed, and as of when it is verified; ISO 8601. */
  signedAt: string;
  verifiedAt: string;
  devices: Record<KeyKind, Pkcs11Options>;
  /** PEM of signing certificate and authority above it, by key and social credit code of the issuer; the key's label is the code. */
  certificates: Record<KeyKind, Record<string, string>>;
  /** Electronic seals (SM2), by seed item. */
  seals: Record<string, Uint8Array>;
  /** PEM of the roots, for openssl. */
  roots: Record<KeyKind, string>;
  /** PEM of the node's key, which signs QR texts and the status bundle. */
  nodeKey: string;
  /** Trust directory and status bundle of `ecert verify`. */
  trust: string;
  states: string;
}

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
      const certify = async (label: string, subject: { name: string; code: string }): Promise<SigningCertificate> => {
        const { publicKey } = await device.generateKey(label, kind === "SM2" ? "sm2-sm3" : "ecdsa-p256-sha256");
        const { name, code } = subject;
        const request = await makeCertificateRequest({
          subject: { country: "CN", organization: name, organizationCode: code, commonName: name },
          spki: publicKey,
          sign: (bytes) => device.sign(label, bytes),
        });
        const { certPem } = authority.issueSigning(request);
        if (label === code) certificates[kind][code] = certPem;
        return loadSigningCertificate(certPem);
      };
      for (const issuer of issuers.values()) await certify(issuer.code, issuer);
      if (kind === "P-256") continue;
      const maker = await certify("seal-maker", { name: "岭海市政务服务数据管理局", code: "11440100MB2C91870E" });
      for (const [name, item] of items) {
        const seal = prepareSeal({
          ...sealOf(item, signedAt),
          signers: [certificateOf(certificates.SM2, item)],
          maker,
        });
        seals[name] = seal.finish(await device.sign("seal-maker", seal.toBeSigned));
      }
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
    roots: { "P-256": authority.certificates.root, SM2: authority.certificates["root-sm2"] ?? "" },
    ...writeTrust(directory, authority, [...items.values()], signedAt),
  };
  const dispose = async () => {
    await softHsm.dispose();
    await sm2.dispose();
    rmSync(directory, { recursive: true, force: true });
  };
  return { plan, dispose };
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
  write("province-440000.pem", node.publicKey.export({ type: "spki", format: "pem" }).toString());
  const builtAt = new Date(signedAt.getTime() + 60_000).toISOString();
  const head = { publisher: "440000", builtAt, nodes: [{ node: "440100", records: 1, root: "0".repeat(64) }] };
  const nothing = { suspended: [], revoked: [], superseded: [] };
  const states = join(directory, "states.ecsb");
  writeFileSync(
    states,
    writeStatusBundle(head, nothing, new Uint8Array(16), (bytes) => sign(null, bytes, node.privateKey)),
  );
  return { trust, states, nodeKey: node.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** The devices of a house, opened by one process, and the certificates of their keys. */
export interface Signers {
  /** The certificate of an issuer's key of that kind. */
  certificate(kind: KeyKind, issuer: string): SigningCertificate;
  sign(kind: KeyKind, issuer: string, toBeSigned: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens the devices of a house. */
export function openSigners({ devices, certificates }: HousePlan): Signers {
  const opened = { "P-256": createPkcs11Device(devices["P-256"]), SM2: createPkcs11Device(devices.SM2) };
  const loaded = new Map(
    KEY_KINDS.flatMap((kind) =>
      Object.entries(certificates[kind]).map(
        ([code, pem]) => [`${kind} ${code}`, loadSigningCertificate(pem)] as const,
      ),
    ),
  );
  return {
    certificate(kind, issuer) {
      const found = loaded.get(`${kind} ${issuer}`);
      if (found === undefined) throw new Error(`no ${kind} key of ${issuer}`);
      return found;
    },
    sign: (kind, issuer, toBeSigned) => opened[kind].sign(issuer, toBeSigned),
    close: async () => {
      await Promise.all(KEY_KINDS.map((kind) => opened[kind].close()));
    },
  };
}

/** Reads the plan that the process that set the house up hands on. */
export function readPlan(file: string): HousePlan {
  const plan = JSON.parse(readFileSync(file, "utf8")) as HousePlan & { seals: Record<string, string> };
  const seals = Object.entries(plan.seals as Record<string, string>).map(([name, text]) => [
    name,
    Buffer.from(text, "base64"),
  ]);
  return { ...plan, seals: Object.fromEntries(seals) };
}

/** Writes the plan for other processes. */
export function writePlan(plan: HousePlan): string {
  const seals = Object.entries(plan.seals).map(([name, der]) => [name, Buffer.from(der).toString("base64")]);
  const file = join(plan.directory, "plan.json");
  writeFileSync(file, JSON.stringify({ ...plan, seals: Object.fromEntries(seals) }));
  return file;
}
