import type { TrustAnchors } from "./anchors.ts";
import type { Certificate } from "./certificate.ts";
import { basicConstraintsOf, extendedKeyUsageOf, KEY_USAGE, keyUsageOf } from "./extension.ts";
import { OID } from "./oid.ts";
import type { Finding, LaterRevocation, SignatureReport } from "./report.ts";
import type { RevocationSource } from "./revocation.ts";

/** Longest path, signer and anchor included. */
const MAX_PATH = 8;
/** Most candidate issuers that are tried: bounds the work that a hostile bag of certificates can cause. */
const MAX_TRIES = 64;

/** What a path is judged by. */
export interface PathOptions {
  trust: TrustAnchors;
  /** The time at which every certificate of the path must be valid. */
  at: Date;
  /** Where it is given, every certificate below the anchor must have a known status. */
  revocation?: RevocationSource;
  /** What the signer's key is to be used for; default `documents`. It decides which extended key usages fit. */
  purpose?: Purpose;
}

/** Uses of a key that are told apart: an authority of time stamps is none of signatures, nor the other way round; staff sign in with a third. */
export type Purpose = "documents" | "timeStamping" | "signIn";

/**
 * A path and what speaks against it. `path` starts with the signer and ends with the anchor; empty where none exists. `listsEnd`: when
 * the first of the revocation lists ends that call the path good; absent where none does, or where the document brought along what proves it.
 */
export type PathResult = { path: Certificate[]; findings: Finding[]; listsEnd?: Date } & Pick<
  SignatureReport,
  "revokedLater"
>;

/**
 * Validates the path from a signer's certificate to an anchor (RFC 5280 §6 without policies and name constraints, which
 * are refused where critical): names chain, signatures hold, authorities are authorities with keyCertSign and enough
 * path length, all are valid `at` the given time, none was revoked by then; the signer may sign documents, or time stamps,
 * (digitalSignature or nonRepudiation, the former alone to sign in, and an extended key usage that fits where there is one).
 */
export function validatePath(signer: Certificate, others: readonly Certificate[], options: PathOptions): PathResult {
  const { trust, at, revocation, purpose = "documents" } = options;
  const findings: Finding[] = signerFaults(signer, purpose).map(untrusted);
  const find = (allowed?: Allowed) => search(signer, others, { trust, purpose, ...(allowed && { allowed }) });
  // A path valid at the time is preferred; one that is merely expired is still found, to be named as such.
  const path = find((certificate) => isValid(certificate, at)) ?? find();
  if (path === undefined) {
    if (!isValid(signer, at)) findings.push(expired(signer, at));
    findings.push(untrusted(`no path from ${nameOf(signer)} to a configured authority`));
    return { path: [], findings };
  }
  for (const certificate of path) if (!isValid(certificate, at)) findings.push(expired(certificate, at));
  const revocations = revocation === undefined ? {} : revocationFaults(path, at, revocation, findings);
  return { path, findings, ...revocations };
}

function revocationFaults(path: Certificate[], at: Date, source: RevocationSource, findings: Finding[]) {
  const revokedLater: LaterRevocation[] = [];
  let listsEnd: Date | undefined;
  for (const certificate of path.slice(0, -1)) {
    const status = source.statusAt(certificate, at);
    if (status.state === "revoked") {
      const since = status.at.toISOString();
      findings.push({
        reason: "SIGNER_REVOKED",
        detail: `${nameOf(certificate)} revoked since ${since} (${status.cause})`,
      });
    } else if (status.state === "unknown") {
      findings.push(untrusted(`status of ${nameOf(certificate)} is unknown: ${status.why}`));
    } else if (status.state === "revoked-later") {
      revokedLater.push({ certificate: nameOf(certificate), at: status.at, cause: status.cause });
    } else if (status.until !== undefined && (listsEnd === undefined || status.until < listsEnd)) {
      listsEnd = status.until;
    }
  }
  return { ...(revokedLater.length > 0 && { revokedLater }), ...(listsEnd !== undefined && { listsEnd }) };
}

type Allowed = (certificate: Certificate) => boolean;

function search(
  signer: Certificate,
  others: readonly Certificate[],
  { trust, purpose, allowed = () => true }: { trust: TrustAnchors; purpose: Purpose; allowed?: Allowed },
): Certificate[] | undefined {
  let tries = 0;
  const extend = (path: Certificate[], child: Certificate): Certificate[] | undefined => {
    if (path.length >= MAX_PATH || !allowed(child)) return undefined;
    for (const candidate of [...trust.anchors, ...others]) {
      if (path.includes(candidate) || Buffer.compare(candidate.subjectDer, child.issuerDer) !== 0) continue;
      if (++tries > MAX_TRIES) return undefined;
      // `path` holds the signer and the authorities between; only those between count against the path length.
      if (!mayIssue(candidate, path.length - 1, purpose) || !trust.issued(candidate, child)) continue;
      if (trust.anchors.includes(candidate)) {
        if (allowed(candidate)) return [...path, candidate];
        continue;
      }
      const whole = extend([...path, candidate], candidate);
      if (whole !== undefined) return whole;
    }
    return undefined;
  };
  return extend([signer], signer);
}

/** `below`: authorities between this one and the signer. */
function mayIssue(authority: Certificate, below: number, purpose: Purpose): boolean {
  const { ca, pathLength } = basicConstraintsOf(authority);
  const mayCertify = keyUsageOf(authority)?.has(KEY_USAGE.keyCertSign) ?? false;
  return (
    ca && mayCertify && (pathLength ?? MAX_PATH) >= below && mayServe(authority, purpose) && !hasUnknown(authority)
  );
}

function signerFaults(signer: Certificate, purpose: Purpose): string[] {
  const faults: string[] = [];
  if (basicConstraintsOf(signer).ca) faults.push("the signer's certificate belongs to an authority");
  const usage = keyUsageOf(signer);
  // A key that promises for good signs no challenge of a stranger.
  const contents = purpose !== "signIn" && usage?.has(KEY_USAGE.nonRepudiation);
  if (!usage?.has(KEY_USAGE.digitalSignature) && !contents) {
    faults.push("keyUsage of the signer's certificate allows no signatures");
  }
  if (!mayServe(signer, purpose)) faults.push(`extendedKeyUsage of the signer's certificate does not fit ${purpose}`);
  if (hasUnknown(signer)) faults.push("the signer's certificate holds an unknown critical extension");
  return faults;
}

const USES: Readonly<Record<Purpose, readonly string[]>> = {
  documents: [OID.emailProtection, OID.documentSigning, OID.anyExtendedKeyUsage],
  timeStamping: [OID.timeStamping, OID.anyExtendedKeyUsage],
  signIn: [OID.clientAuth, OID.anyExtendedKeyUsage],
};

/** No extendedKeyUsage, or one for the purpose. It keeps TLS certificates, and the authority that makes them, out. */
function mayServe(certificate: Certificate, purpose: Purpose): boolean {
  return extendedKeyUsageOf(certificate)?.some((use) => USES[purpose].includes(use)) ?? true;
}

const PROCESSED: readonly string[] = [OID.keyUsage, OID.basicConstraints, OID.extendedKeyUsage, OID.subjectAltName];

function hasUnknown({ extensions }: Certificate): boolean {
  return [...extensions].some(([type, { critical }]) => critical && !PROCESSED.includes(type));
}

function isValid({ notBefore, notAfter }: Certificate, at: Date): boolean {
  return notBefore <= at && at <= notAfter;
}

function expired(certificate: Certificate, at: Date): Finding {
  const [from, to] = [certificate.notBefore.toISOString(), certificate.notAfter.toISOString()];
  return {
    reason: "SIGNER_EXPIRED",
    detail: `${nameOf(certificate)} is valid from ${from} to ${to}, not at ${at.toISOString()}`,
  };
}

function untrusted(detail: string): Finding {
  return { reason: "SIGNER_UNTRUSTED", detail };
}

/**
 * The last time, up to `at`, for which authorities answer for certificates: they list none that has ended. Lists that reach as far
 * tell all that there is to know.
 */
export function answeredUntil(certificates: readonly Certificate[], at: Date): Date {
  return new Date(Math.min(at.getTime(), ...certificates.map(({ notAfter }) => notAfter.getTime())));
}

/** Name and serial number of a certificate, for findings. */
export function nameOf({ subject, serial }: Certificate): string {
  return `${subject.commonName ?? subject.organization ?? "certificate"} (${serial})`;
}
