import { refuseField } from "../../domain/refusal.ts";
import { fromPem } from "../../trust/pem.ts";
import type { IdentityContext } from "../context.ts";
import { type JudgedCertificate, judgeCertificate } from "./judge-certificate.ts";

/**
 * Judges a certificate that shall sign in to an account of a department: as `judgeCertificate`, and where it names a department, that is the
 * account's (`CODE_INVALID`, 5.8.3). PEM, authorities above it may follow.
 */
export async function personalCertificate(
  context: Pick<IdentityContext, "runtime" | "staffSigners">,
  pem: string,
  department: string,
  field = "certificate_pem",
): Promise<JudgedCertificate> {
  const [der, ...chain] = fromPem("CERTIFICATE", pem);
  if (!der) {
    const remedy = "send the certificate that the authority issued, from -----BEGIN CERTIFICATE----- on";
    const localized = "不含数字证书，请提供颁发机构签发的证书（-----BEGIN CERTIFICATE-----）";
    throw refuseField("INVALID_FIELD", field, "holds no certificate", remedy, localized);
  }
  const judged = await judgeCertificate(context, der, { field, chain });
  const { organizationCode: named } = judged;
  if (named === undefined || named === department) return judged;
  const description = `the certificate names ${named}, the account belongs to ${department}`;
  const remedy = "use a certificate that was issued for this department";
  const localized = `证书载明的单位代码为${named}，而账户属于${department}，请使用本部门的证书`;
  throw refuseField("CODE_INVALID", field, description, remedy, localized);
}
