import type { X509Certificate } from "node:crypto";
import type { Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type Certificate, parseCertificate } from "../../trust/certificate.ts";
import { subjectText } from "../../trust/name.ts";
import { validatePath } from "../../trust/path.ts";
import type { Signers } from "../../trust/signers.ts";
import type { IdentityContext } from "../context.ts";

/** What is known of a certificate that may sign in now. */
export interface JudgedCertificate {
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
  /** Subject, as certificates are shown to people. */
  subject: string;
  /** End of its validity, RFC 3339. */
  expires: string;
  /** Social credit code of the department that it names; absent where it names none. */
  organizationCode?: string;
}

/** Where a certificate came from. */
export interface CertificateSource {
  /** Field that held it. Default `certificate_pem`. */
  field?: string;
  /** Authorities that came with it (DER); none is trusted by that. */
  chain?: readonly Uint8Array[];
}

/**
 * Judges a certificate with which somebody signs in, or shall (5.9.2): a path to one of `staff.authorities`, every certificate of it in force and
 * not revoked by a list that is, a key that is there for signing in. What it is bound to is no matter here. Refuses with
 * `STAFF_CERTIFICATE_REFUSED`, `metadata.fault` being `unreadable`, `expired`, `revoked` or `untrusted`, with `UNIMPLEMENTED` where the node names no
 * authorities of staff.
 */
export async function judgeCertificate(
  { runtime, staffSigners }: Pick<IdentityContext, "runtime" | "staffSigners">,
  given: Uint8Array | X509Certificate,
  { field = "certificate_pem", chain = [] }: CertificateSource = {},
): Promise<JudgedCertificate> {
  const { trust, revocation } = authoritiesOf(staffSigners).current();
  const certificate = read("raw" in given ? given.raw : given, field);
  const at = runtime.now();
  const others = chain.flatMap((der) => readable(der) ?? []);
  const { findings } = validatePath(certificate, others, {
    trust,
    at,
    purpose: "signIn",
    ...(revocation && { revocation }),
  });
  const worst = ORDER.flatMap((reason) => findings.find((finding) => finding.reason === reason) ?? [])[0];
  if (worst) throw refused(field, FAULTS[worst.reason] ?? UNTRUSTED, worst.detail, certificate);
  const { fingerprint, subject, notAfter } = certificate;
  const code = subject.organizationCode;
  const told = { fingerprint, subject: subjectText(subject), expires: notAfter.toISOString() };
  return code === undefined ? told : { ...told, organizationCode: code };
}

function authoritiesOf(signers: Signers | undefined): Signers {
  if (signers) return signers;
  throw new Refusal(
    "UNIMPLEMENTED",
    "this node names no authorities of staff (staff.authorities): nobody signs in here",
    {
      localizedDetail: "本节点未配置工作人员数字证书的颁发机构（staff.authorities），请运维配置",
    },
  );
}

interface Fault {
  name: string;
  remedy: string;
  localized(certificate: Certificate): string;
}

const UNTRUSTED: Fault = {
  name: "untrusted",
  remedy:
    "use a personal certificate of an authority that this node trusts, for signing in; or ask the operator for its newest list",
  localized: () => "证书不是本节点认可的机构为登录颁发的，或其吊销状态无法查明，请换用本人的登录证书，或联系节点运维",
};

const FAULTS: Partial<Record<Reason, Fault>> = {
  SIGNER_UNTRUSTED: UNTRUSTED,
  SIGNER_REVOKED: {
    name: "revoked",
    remedy: "have a new certificate issued",
    localized: () => "证书或其颁发机构已被吊销，请申领新的数字证书",
  },
  SIGNER_EXPIRED: {
    name: "expired",
    remedy: "use a certificate that is in force",
    localized: ({ notBefore, notAfter }) =>
      `证书有效期为${notBefore.toISOString()}至${notAfter.toISOString()}，请换用在有效期内的证书`,
  },
};

/** What is told where several things speak against a certificate: a stranger's dates are of no interest. */
const ORDER: readonly Reason[] = ["SIGNER_REVOKED", "SIGNER_UNTRUSTED", "SIGNER_EXPIRED"];

function read(der: Uint8Array, field: string): Certificate {
  const certificate = readable(der);
  if (certificate) return certificate;
  const description = "is no X.509 certificate of version 3 in DER";
  const localized = "不是X.509数字证书，请使用颁发机构签发的证书";
  throw refusal(field, "unreadable", description, "use the certificate as its authority issued it", localized);
}

function readable(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(Uint8Array.from(der));
  } catch {
    return undefined;
  }
}

function refused(field: string, { name, remedy, localized }: Fault, detail: string, certificate: Certificate): Refusal {
  return refusal(field, name, detail, remedy, localized(certificate));
}

function refusal(field: string, fault: string, description: string, remedy: string, localized: string): Refusal {
  return new Refusal("STAFF_CERTIFICATE_REFUSED", `${field}: ${description}`, {
    fields: [{ field, description, remedy, localized }],
    metadata: { fault },
  });
}
