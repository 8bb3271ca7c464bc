import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Authority } from "../../ops/authority/authority.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { prepareCms } from "../../services/trust/cms.ts";
import { loadSigningCertificate, type SigningCertificate } from "../../services/trust/signing-certificate.ts";

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
  key: KeyObject;
  keyPem: string;
  certPem: string;
  /** The PKCS#10 request that the certificate answers. */
  request: string;
  serial: string;
  signer: SigningCertificate;
  /** A finished CMS over the SHA-256 of a content. */
  signDigest(contentDigest: Uint8Array, options: { pades: boolean; signingTime?: Date }): Uint8Array;
}

/** Makes a department whose signing certificate comes from the trial authority. */
export async function createDepartment(authority: Authority, kind: "P-256" | "RSA", days = 365): Promise<Department> {
  const { privateKey: key } =
    kind === "P-256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const request = await makeCertificateRequest({
    subject: DEPARTMENT,
    spki: createPublicKey(key).export({ type: "spki", format: "der" }),
    sign: (bytes) => sign("sha256", bytes, key),
  });
  const { certPem, serial } = authority.issueSigning(request, { days });
  const signer = loadSigningCertificate(certPem);
  return {
    key,
    keyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    certPem,
    request,
    serial,
    signer,
    signDigest: (contentDigest, options) => {
      const { toBeSigned, finish } = prepareCms({ contentDigest, signer, ...options });
      return finish(sign("sha256", toBeSigned, key));
    },
  };
}
