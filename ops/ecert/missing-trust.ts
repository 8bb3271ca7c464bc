import type { FindingCode, VerificationFinding } from "../../services/statement/finding.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import { TRUST_NAMES } from "./trust-files.ts";

/** What a trust folder lacks for a verification to come out otherwise, and how it gets there; in both languages. */
export interface MissingTrust {
  code: FindingCode;
  remedy: string;
}

type Remedy = (report: VerificationReport, finding: VerificationFinding) => string | undefined;

const authority: Remedy = ({ signature, seal }, { detail }) => {
  if (!detail.includes("no path from ")) return undefined;
  const signer = detail.startsWith("seal maker: ") ? seal?.maker : signature?.signer;
  const issuer = signer?.issuer ?? "?";
  return `如认可认证机构「${issuer}」，把它的证书放入信任目录 · the authority ${issuer} is not in the trust folder: add its certificate (*.pem, *.cer) if you trust it`;
};

/** By finding; those that no file can change are not here. */
const REMEDIES: Partial<Record<FindingCode, Remedy>> = {
  SIGNER_UNTRUSTED: authority,
  SIGNER_UNKNOWN: authority,
  REVOCATION_UNCHECKED: (report) => listOf(authoritiesOf(report)),
  REVOCATION_UNKNOWN: (report, { detail }) => listOf(authoritiesOf(report, detail)),
  REVOCATION_STALE: (report, { detail }) => listOf(authoritiesOf(report, detail)),
  TIME_STAMP_UNTRUSTED: (_, { detail }) =>
    `把时间戳签发机构的上级证书及其吊销列表以 time-stamp 开头的文件名放入信任目录 · the trust folder lacks the authority above it, or its list, as time-stamp*.pem and time-stamp*.crl: ${detail}`,
  TIME_STAMP_STALE: () =>
    "更新 time-stamp*.crl · the trust folder needs a newer list of the time stamp authority, as time-stamp*.crl",
  STATE_UNKNOWN: (_, { detail }) =>
    detail.startsWith("no source ")
      ? fetched("省节点的状态包", "the province's status bundle", "status", TRUST_NAMES.status)
      : undefined,
  STATE_STALE: () => fetched("较新的状态包", "a newer status bundle", "status", TRUST_NAMES.status),
  ISSUER_UNREGISTERED: () => fetched("机构目录", "the register of issuers", "issuers", TRUST_NAMES.register),
  REGISTER_STALE: () => fetched("较新的机构目录", "a newer register of issuers", "issuers", TRUST_NAMES.register),
};

/** What a trust folder lacks, for each finding of a report that a file could change; none twice. */
export function missingTrust(report: VerificationReport): MissingTrust[] {
  const missing = report.findings.flatMap((finding) => {
    const remedy = REMEDIES[finding.code]?.(report, finding);
    return remedy === undefined ? [] : [{ code: finding.code, remedy }];
  });
  return missing.filter(({ remedy }, index) => missing.findIndex((other) => other.remedy === remedy) === index);
}

/** Names of the authorities whose lists tell of the path: of the one certificate that a finding names by its serial, else of all. */
function authoritiesOf({ signature, seal }: VerificationReport, detail = ""): string[] {
  const below = [...(signature?.chain.slice(0, -1) ?? []), ...(seal?.maker ? [seal.maker] : [])];
  const named = below.filter(({ serial }) => detail.includes(`(${serial})`));
  return [...new Set((named.length > 0 ? named : below).map(({ issuer }) => issuer))];
}

function listOf(authorities: readonly string[]): string | undefined {
  if (authorities.length === 0) return undefined;
  const [chinese, english] = [authorities.map((name) => `「${name}」`).join("、"), authorities.join(", ")];
  return `把认证机构${chinese}的现行吊销列表放入信任目录 · the trust folder lacks the current revocation list (*.crl) of ${english}`;
}

function fetched(chinese: string, english: string, command: string, file: string): string {
  return `取得${chinese} · the trust folder lacks ${english}: ecert ${command} --server URL --out DIR/${file}, or ecert trust export`;
}
