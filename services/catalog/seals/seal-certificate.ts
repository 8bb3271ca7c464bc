import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import { suiteOf } from "../../trust/algorithm.ts";
import { type Certificate, parseCertificate } from "../../trust/certificate.ts";
import { fromPem } from "../../trust/pem.ts";

const FIELD = "seal.signing_certificate_pem";

/** 5.8.3, 5.8.4: a seal is bound on a day on which its signing certificate is in force. */
export function checkSealInForce(seal: Seal, now: Date): void {
  const certificate = readSealCertificate(seal.signingCertificatePem);
  if (now < certificate.notBefore || now > certificate.notAfter) {
    const from = certificate.notBefore.toISOString();
    const description = `it is in force from ${from} to ${certificate.notAfter.toISOString()}`;
    throw refuseField(
      "SIGNER_EXPIRED",
      FIELD,
      description,
      "load a certificate that is in force",
      `证书有效期为${from}至${certificate.notAfter.toISOString()}，请载入在有效期内的证书`,
    );
  }
}

/**
 * 5.8.3, 5.8.4: the signing certificate must be for a key that is strong enough, and name the department that owns the seal. Whether
 * its issuer is trusted is decided where signatures are verified.
 */
export function checkSealSubject(seal: Seal): void {
  const certificate = readSealCertificate(seal.signingCertificatePem);
  const named = certificate.subject.organizationCode;
  if (named !== seal.departmentCode) {
    const description = `its subject names ${named ?? "no social credit code"}, the seal belongs to ${seal.departmentCode}`;
    throw refuseField(
      "CODE_INVALID",
      FIELD,
      description,
      "ask the CA for a certificate of this department",
      `证书主体的代码为${named ?? "空"}，而印章属于${seal.departmentCode}，请向CA申领本部门的证书`,
    );
  }
  if (suiteOf(certificate.publicKey) === undefined) {
    const remedy = "have a certificate made for an SM2 or P-256 key, or RSA of 2048 bits or more";
    throw refuseField(
      "INVALID_FIELD",
      FIELD,
      "its key is weak or of a kind that departments do not sign with",
      remedy,
      "密钥强度不足或类型不支持，请换用SM2、P-256或2048位以上RSA密钥的证书",
    );
  }
}

/** The signing certificate of a seal. Refuses (`INVALID_FIELD`) what is no certificate in PEM. */
export function readSealCertificate(pem: string): Certificate {
  try {
    const [der] = fromPem("CERTIFICATE", pem);
    if (der) return parseCertificate(der);
  } catch {
    // Told below: the text is the caller's, its faults are all the same to them.
  }
  throw refuseField(
    "INVALID_FIELD",
    FIELD,
    "not a PEM certificate",
    "send the PEM that the CA issued",
    "不是PEM证书，请提供CA签发的PEM文件",
  );
}
