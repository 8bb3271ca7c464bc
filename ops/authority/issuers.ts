import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { join } from "node:path";
import { Refusal, refuseArgument } from "../../services/domain/refusal.ts";
import { type Certificate, parseCertificate, serialHex } from "../../services/trust/certificate.ts";
import { KEY_USAGE } from "../../services/trust/extension.ts";
import { nameDer } from "../../services/trust/name.ts";
import { OID } from "../../services/trust/oid.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { type AuthorityKey, type AuthorityKeyKind, newAuthorityKey, openAuthorityKey } from "./authority-key.ts";
import { authorityConstraints, extendedKeyUsage, keyUsage, signCertificate } from "./certificate-form.ts";
import { readIfPresent, writeAtomically } from "./disk.ts";
import type { Issuer, Register } from "./register.ts";

/** One of the authorities: its certificate and its key. */
export interface IssuerKey {
  certificate: Certificate;
  pem: string;
  key: AuthorityKey;
}

/** Whom a certificate is for. `text` is what the register shows. */
export interface Subject {
  text: string;
  der: Uint8Array;
  spki: Uint8Array;
}

/** Something for each authority; the national ones may be absent. */
export type PerIssuer<T> = Record<"root" | "mesh" | "signing" | "staff", T> & Partial<Record<Issuer, T>>;

/** The authorities, and the one act they share. */
export interface Issuers {
  readonly keys: Readonly<PerIssuer<IssuerKey>>;
  /** Signs and records a certificate valid for `days`, counted from now. Refuses (`INVALID_FIELD`) an absent authority. */
  issue(
    issuer: Issuer,
    subject: Subject,
    days: number,
    extensions: readonly Uint8Array[],
  ): { pem: string; serial: string };
}

/** Extended key usages keep the two apart: no signing certificate opens a TLS session, no TLS key signs a document. */
export const TLS_USES: Uint8Array = extendedKeyUsage([OID.serverAuth, OID.clientAuth]);
/** emailProtection is what NSS (`pdfsig`) and `openssl cms` ask of a document's signer. */
export const DOCUMENT_USES: Uint8Array = extendedKeyUsage([OID.emailProtection]);
/** What a certificate key of staff is for: signing in, and neither a server of the mesh nor a document. */
export const STAFF_USES: Uint8Array = extendedKeyUsage([OID.clientAuth]);

const DAY = 86_400_000;
/** Certificates begin a little early, so that peers with slow clocks accept them. */
const BACKDATED = 300_000;
const AUTHORITY_DAYS = 3650;

type Parent = { name: Issuer; der: Uint8Array; key: AuthorityKey };

/**
 * Opens the authorities' keys and certificates in a directory, making those that are absent; the national ones only where
 * `national` is set, or where they were made before.
 */
export function openIssuers(directory: string, register: Register, now: () => Date, national: boolean): Issuers {
  const issueUnder = (issuer: Parent, subject: Subject, days: number, extensions: readonly Uint8Array[]) => {
    if (!Number.isSafeInteger(days) || days < 1 || days > 36_500) {
      throw refuseArgument("INVALID_FIELD", "days", "must be a whole number from 1 to 36500");
    }
    const serial = newSerial();
    const notBefore = new Date(now().getTime() - BACKDATED);
    const notAfter = new Date(now().getTime() + days * DAY);
    const order = { serial, issuerDer: issuer.der, notBefore, notAfter, extensions };
    const der = signCertificate({ ...order, subjectDer: subject.der, spki: subject.spki }, issuer.key);
    register.record({
      serial: serialHex(serial),
      issuer: issuer.name,
      subject: subject.text,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
    });
    return { pem: toPem("CERTIFICATE", der), serial: serialHex(serial) };
  };

  const open = (name: Issuer, commonName: string, parent: Parent | undefined, extensions: readonly Uint8Array[]) => {
    const certificateFile = fileOf(directory, name);
    const keyFile = join(directory, `${name}.key.pem`);
    const certificatePem = readIfPresent(certificateFile);
    const keyPem = readIfPresent(keyFile);
    // The certificate is written last: a key alone is what a crash left, a certificate alone has lost its key.
    if (certificatePem !== undefined) return issuerKey(name, certificatePem, keyPem);
    const made = newAuthorityKey(kindOf(name));
    const der = nameDer({ country: "CN", organization: "Trial authority", commonName });
    const subject = { text: commonName, der, spki: made.key.spki };
    const { pem } = issueUnder(parent ?? { name, der, key: made.key }, subject, AUTHORITY_DAYS, extensions);
    writeAtomically(keyFile, made.keyPem);
    writeAtomically(certificateFile, pem);
    return issuerKey(name, pem, made.keyPem);
  };

  const usage = keyUsage([KEY_USAGE.keyCertSign, KEY_USAGE.crlSign]);
  const below = [authorityConstraints(0), usage];
  const root = open("root", "Trial root", undefined, [authorityConstraints(1), usage]);
  const mesh = open("mesh", "Trial mesh authority", parentOf("root", root), [...below, TLS_USES]);
  const signing = open("signing", "Trial signing authority", parentOf("root", root), [...below, DOCUMENT_USES]);
  // A root of its own: what proves people is nothing to the mesh, whose root stands in every TLS listener.
  const staff = open("staff", "Trial staff authority", undefined, [...below, STAFF_USES]);
  const keys: PerIssuer<IssuerKey> = { root, mesh, signing, staff };
  if (national || readIfPresent(fileOf(directory, "root-sm2")) !== undefined) {
    const top = open("root-sm2", "Trial root SM2", undefined, [authorityConstraints(1), usage]);
    const parent = parentOf("root-sm2", top);
    keys["root-sm2"] = top;
    keys["signing-sm2"] = open("signing-sm2", "Trial signing authority SM2", parent, [...below, DOCUMENT_USES]);
  }
  return {
    keys,
    issue: (issuer, ...order) => {
      const key = keys[issuer];
      if (key === undefined) {
        const remedy = "make it: init --national";
        throw refuseArgument("INVALID_FIELD", "request", `the national authority "${issuer}" is not there`, remedy);
      }
      return issueUnder(parentOf(issuer, key), ...order);
    },
  };
}

function fileOf(directory: string, name: Issuer): string {
  return join(directory, `${name}.crt.pem`);
}

function kindOf(name: Issuer): AuthorityKeyKind {
  return name.endsWith("-sm2") ? "sm2" : "p256";
}

/** A new private key (PKCS#8 PEM) with its public half (DER SubjectPublicKeyInfo). */
export function newKey(kind: "p256" | "rsa" | "ed25519"): { keyPem: string; spki: Uint8Array } {
  const privateKey = newPrivateKey(kind);
  const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { keyPem, spki: createPublicKey(privateKey).export({ type: "spki", format: "der" }) };
}

function newPrivateKey(kind: "p256" | "rsa" | "ed25519"): KeyObject {
  if (kind === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  if (kind === "ed25519") return generateKeyPairSync("ed25519").privateKey;
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function parentOf(name: Issuer, { certificate, key }: IssuerKey): Parent {
  return { name, der: certificate.subjectDer, key };
}

function issuerKey(name: Issuer, pem: string, keyPem: string | undefined): IssuerKey {
  const [der] = fromPem("CERTIFICATE", pem);
  if (der === undefined || keyPem === undefined) {
    throw new Refusal("INVALID_FIELD", `authority: the certificate or the key of "${name}" is missing or damaged`);
  }
  return { pem, certificate: parseCertificate(der), key: openAuthorityKey(kindOf(name), keyPem) };
}

/** 16 random octets, positive and of full length, so that a serial number has one spelling everywhere. */
function newSerial(): Uint8Array {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
