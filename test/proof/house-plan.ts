import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPkcs11Device, type Pkcs11Options } from "../../agent/device/pkcs11-device.ts";
import { loadSigningCertificate, type SigningCertificate } from "../../services/trust/signing-certificate.ts";

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
  /** PEM of the node's key, which signs QR texts and the status bundle. */
  nodeKey: string;
  /** Trust directory and status bundle of `ecert verify`. */
  trust: string;
  states: string;
  /** A status bundle of the next day, and a time on it: a QR code says the day of issue, and is verified by a bundle of after that. */
  nextDay: { states: string; verifiedAt: string };
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
