import { createHash } from "node:crypto";
import { BoundedMemory } from "../base/bounded-memory.ts";
import { Refusal } from "../domain/refusal.ts";
import { signatureHolds } from "./algorithm.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { basicConstraintsOf } from "./extension.ts";
import { fromPem } from "./pem.ts";

/** Entries that each memory keeps; the oldest goes first. Enough for every signing certificate of a province. */
const REMEMBERED = 4096;

/** The certificate authorities that a verifier trusts, and a bounded memory that makes verifying many cheap. */
export interface TrustAnchors {
  readonly anchors: readonly Certificate[];
  /** Parses a certificate, or returns what the same bytes gave before. Refuses like `parseCertificate`. */
  certificate(der: Uint8Array): Certificate;
  /** Whether `child` bears the name and a good signature of `issuer`. Says nothing of validity or extensions. */
  issued(issuer: Certificate, child: Certificate): boolean;
}

/**
 * Takes trust anchors from PEM texts (one or more `CERTIFICATE` blocks each): roots, or issuing authorities where only
 * those are to be trusted. Refuses (`INVALID_FIELD`) an empty set and certificates that are no authority.
 */
export function createTrustAnchors(pems: readonly string[]): TrustAnchors {
  const anchors = pems.flatMap((pem) => fromPem("CERTIFICATE", pem)).map(parseCertificate);
  if (anchors.length === 0) throw new Refusal("INVALID_FIELD", "trust anchors: no certificate given");
  for (const anchor of anchors) {
    if (!basicConstraintsOf(anchor).ca) {
      throw new Refusal(
        "INVALID_FIELD",
        `trust anchors: ${anchor.subject.commonName ?? anchor.serial} is no authority`,
      );
    }
  }
  const parsed = new BoundedMemory<string, Certificate>(REMEMBERED);
  const signed = new BoundedMemory<string, boolean>(REMEMBERED);
  return {
    anchors,
    certificate: (der) => {
      const fingerprint = createHash("sha256").update(der).digest("hex");
      return parsed.recall(fingerprint, () => parseCertificate(Uint8Array.from(der)));
    },
    issued: (issuer, child) =>
      Buffer.compare(issuer.subjectDer, child.issuerDer) === 0 &&
      signed.recall(`${issuer.fingerprint}:${child.fingerprint}`, () =>
        signatureHolds(child.algorithm, issuer.publicKey, child.tbs, child.signature),
      ),
  };
}
