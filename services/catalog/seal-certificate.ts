import type { Seal } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { type Certificate, parseCertificate } from "../trust/certificate.ts";
import { fromPem } from "../trust/pem.ts";
import type { Seal as ElectronicSeal } from "../trust/seal/form.ts";
import { readSeal } from "../trust/seal/read-seal.ts";
import { maySign } from "../trust/seal/seal-algorithm.ts";

const FIELD = "seal.signing_certificate_pem";

/**
 * 5.8.3, 5.8.4: the signing certificate must be in force and name the department that owns the seal. Whether its issuer is
 * trusted is decided where signatures are verified.
 */
export function checkSealCertificate(seal: Seal, now: Date): void {
  const certificate = readCertificate(seal.signingCertificatePem);
  const named = certificate.subject.organizationCode;
  if (named !== seal.departmentCode) {
    const description = `its subject names ${named ?? "no social credit code"}, the seal belongs to ${seal.departmentCode}`;
    throw refuseField("CODE_INVALID", FIELD, description, "ask the CA for a certificate of this department");
  }
  if (now < certificate.notBefore || now > certificate.notAfter) {
    const from = certificate.notBefore.toISOString();
    const description = `it is in force from ${from} to ${certificate.notAfter.toISOString()}`;
    throw refuseField("SIGNER_EXPIRED", FIELD, description, "load a certificate that is in force");
  }
}

/** An electronic seal must be well-formed, in force, and list the signing certificate; without one there is nothing to check. */
export function checkElectronicSeal({ electronicSeal, signingCertificatePem }: Seal, now: Date): void {
  if (electronicSeal.length === 0) return;
  const field = "seal.electronic_seal";
  let seal: ElectronicSeal;
  try {
    seal = readSeal(electronicSeal);
  } catch (error) {
    const remedy = "send the SESeal (GB/T 38540) that the seal maker made";
    throw refuseField("INVALID_FIELD", field, error instanceof Refusal ? error.message : "cannot be read", remedy);
  }
  if (seal.version === 1) throw refuseField("INVALID_FIELD", field, "version 1 is only read", "have version 4 made");
  if (!maySign(seal.signers, readCertificate(signingCertificatePem).der)) {
    const remedy = "have the seal made for this certificate";
    throw refuseField("SIGNER_UNTRUSTED", field, "does not list the signing certificate", remedy);
  }
  if (now < seal.validFrom || now > seal.validTo) {
    const description = `it is valid from ${seal.validFrom.toISOString()} to ${seal.validTo.toISOString()}`;
    throw refuseField("SIGNER_EXPIRED", field, description, "have it made anew");
  }
}

function readCertificate(pem: string): Certificate {
  try {
    const [der] = fromPem("CERTIFICATE", pem);
    if (der) return parseCertificate(der);
  } catch {
    // Told below: the text is the caller's, its faults are all the same to them.
  }
  throw refuseField("INVALID_FIELD", FIELD, "not a PEM certificate", "send the PEM that the CA issued");
}
