import type { Reason } from "../../domain/reason.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { verifyCms } from "../../trust/cms-verify.ts";
import type { SignatureReport } from "../../trust/report.ts";
import type { IdentityContext } from "../context.ts";

const FIELD = "signature";

/** What is said to be signed, and in whose name. */
export interface InstitutionSignature {
  statement: Uint8Array;
  /** Detached CMS, DER. */
  signature: Uint8Array;
  /** Social credit code of the department that is said to have signed. */
  department: string;
}

/**
 * Verifies that a department's institution certificate (机构证书) signed a statement: the signature now, path and revocation by the authorities whose
 * certificates count for departments, and the credit code of its subject (5.8.3). Refuses with the reason of the signature, or `CODE_INVALID` for
 * another body's certificate and for a person's, whose common name is not the organisation's. Resolves to its fingerprint.
 */
export function requireInstitution(
  { runtime, institutions }: Pick<IdentityContext, "runtime" | "institutions">,
  { statement, signature, department }: InstitutionSignature,
): string {
  const current = institutions?.current();
  if (!current?.revocation) throw noAuthorities();
  const { trust, revocation } = current;
  const report = verifyCms(signature, { content: statement }, { trust, revocation, at: runtime.now() });
  const worst = ORDER.flatMap((reason) => report.findings.find((one) => one.reason === reason) ?? [])[0];
  if (worst) throw refuseField(worst.reason, FIELD, worst.detail, REMEDY, LOCALIZED[worst.reason]);
  const { organization, organizationCode, commonName, fingerprint } = report.signer as NonNullable<
    SignatureReport["signer"]
  >;
  if (organizationCode !== department) {
    const description = `the certificate names ${organizationCode ?? "no social credit code"}, the statement ${department}`;
    const localized = `签名证书载明的统一社会信用代码为${organizationCode ?? "空"}，与声明的部门${department}不一致，请使用本部门的机构证书`;
    throw refuseField("CODE_INVALID", FIELD, description, REMEDY, localized);
  }
  if (commonName !== undefined && commonName !== organization) {
    const description = "the certificate is not the institution's: its common name is not that of the organisation";
    const localized = "签名证书不是机构证书（证书名称与单位名称不同），请使用本部门的机构证书";
    throw refuseField("CODE_INVALID", FIELD, description, REMEDY, localized);
  }
  return fingerprint;
}

const REMEDY = "sign with the department's own institution certificate, in force and with the authorities above it";

/** What is told where several things speak against a signature. */
const ORDER = ["SIGNATURE_INVALID", "SIGNER_REVOKED", "SIGNER_UNTRUSTED", "SIGNER_EXPIRED"] as const satisfies Reason[];

const LOCALIZED: Record<(typeof ORDER)[number], string> = {
  SIGNATURE_INVALID: "签名与声明不符或格式不正确，请用机构证书对声明原文重新签名（CAdES-BES，DER）",
  SIGNER_REVOKED: "机构证书或其颁发机构已被吊销，请申领新的机构证书",
  SIGNER_UNTRUSTED: "机构证书不是本节点认可的机构颁发，或其吊销状态无法查明，请核对，并在签名中附上颁发机构证书",
  SIGNER_EXPIRED: "机构证书不在有效期内，请换用在有效期内的机构证书",
};

function noAuthorities(): Refusal {
  const message = "this node names no authorities of departments' certificates with their revocation lists (signers)";
  return new Refusal("UNIMPLEMENTED", `${message}: its operator opens the accounts of administrators`, {
    localizedDetail: "本节点未配置机构证书的颁发机构及其吊销列表（signers），请由节点运维开设管理员账户",
  });
}
