import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { Authority } from "../../ops/authority/authority.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareCms } from "../../services/trust/cms.ts";
import { toPem } from "../../services/trust/pem.ts";
import { loadSigningCertificate, type SigningCertificate } from "../../services/trust/signing-certificate.ts";
import { generateSm2Key } from "../../services/trust/sm2/private-key.ts";
import { writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";

/** The subject of the department that signs in these tests. */
export const DEPARTMENT = {
  country: "CN",
  state: "广东省",
  locality: "广州市",
  organization: "广州市市场监督管理局",
  organizationCode: "11440100MB2C91870E",
  commonName: "广州市市场监督管理局电子印章",
};

/** A department that signs with a key in memory, in place of the device. */
export interface Department {
  /** Signs in the suite of the key. */
  sign(bytes: Uint8Array): Uint8Array;
  keyPem: string;
  certPem: string;
  /** The PKCS#10 request that the certificate answers. */
  request: string;
  serial: string;
  signer: SigningCertificate;
  /** A finished CMS over the digest (SHA-256, with SM2 SM3) of a content. */
  signDigest(contentDigest: Uint8Array, options: { pades: boolean; signingTime?: Date }): Uint8Array;
}

/** Makes a department whose signing certificate comes from the trial authority; for SM2 from its national hierarchy. */
export async function createDepartment(
  authority: Authority,
  kind: "P-256" | "RSA" | "SM2",
  days = 365,
  subject = DEPARTMENT,
): Promise<Department> {
  return departmentOf((request) => authority.issueSigning(request, { days }).certPem, kind, subject);
}

/** Makes a department that any authority certifies: `certify` answers a PKCS#10 request with the certificate and those above it. */
export async function departmentOf(
  certify: (request: string) => string,
  kind: "P-256" | "RSA" | "SM2" = "P-256",
  subject = DEPARTMENT,
): Promise<Department> {
  const key = kind === "SM2" ? nationalKey() : commonKey(kind);
  const request = await makeCertificateRequest({ subject, spki: key.spki, sign: key.sign });
  const certPem = certify(request);
  const signer = loadSigningCertificate(certPem);
  return {
    sign: key.sign,
    keyPem: key.pem,
    certPem,
    request,
    serial: signer.parsed.serial,
    signer,
    signDigest: (contentDigest, options) => {
      const { toBeSigned, finish } = prepareCms({ contentDigest, signer, ...options });
      return finish(key.sign(toBeSigned));
    },
  };
}

function nationalKey() {
  const { pkcs8, key } = generateSm2Key();
  return { spki: writeSm2PublicKey(key.publicKey), pem: toPem("PRIVATE KEY", pkcs8), sign: key.sign };
}

function commonKey(kind: "P-256" | "RSA") {
  const { privateKey } =
    kind === "P-256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    spki: createPublicKey(privateKey).export({ type: "spki", format: "der" }),
    pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    sign: (bytes: Uint8Array): Uint8Array => sign("sha256", bytes, privateKey),
  };
}
