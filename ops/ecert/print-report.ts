import { VERDICT_TEXTS, type Verdict } from "../../services/statement/finding.ts";
import type { VerifiedState } from "../../services/statement/standing.ts";
import type { VerificationReport, VerifiedTimeStamp } from "../../services/trust/verification/report.ts";
import { missingTrust } from "./missing-trust.ts";

const MARKS: Readonly<Record<Verdict, string>> = {
  valid: "✓",
  invalid: "✗",
  notInForce: "!",
  undetermined: "?",
  foreign: "~",
  unsupported: "-",
};

/** Most findings that people are told. */
const MOST_FINDINGS = 5;

/** A report as one line of JSON, the file's name first, with what the trust folder lacks. */
export function reportJson(file: string, report: VerificationReport): string {
  return JSON.stringify({ file, ...report, missing: missingTrust(report) });
}

/** A report for people. */
export function reportText(file: string, report: VerificationReport): string {
  const { subject, signature, seal, state, register, findings, altered } = report;
  const lines = [`${MARKS[report.verdict]} ${file}: ${report.verdictText} (${report.verdict})`];
  const row = (label: string, text: string) => lines.push(`    ${label}  ${text}`);
  if (subject !== undefined) {
    row("证照 certificate", [subject.name, subject.number, subject.identifier].filter(Boolean).join(" "));
    if (subject.issuerName !== undefined) row("颁发机构 issuer", `${subject.issuerName} ${subject.issuerCode}`);
    if (subject.validTo !== undefined) row("有效期 validity", `${subject.validFrom ?? ""} – ${subject.validTo}`);
  }
  if (signature !== undefined) {
    const { signer, chain, signedAt, timeFrom, timeFromText, timeStamp, level, levelText, revocation } = signature;
    row("签名范围 signed", `${signature.scopeText} ${signature.scope}`);
    row("签章单位 signed by", [signer.organization, signer.organizationCode].filter(Boolean).join(" "));
    row("签名时间 signed at", `${signedAt.toISOString()} (${timeFromText} ${timeFrom})`);
    if (level !== undefined) row("签名级别 level", `${level} ${levelText ?? ""}`);
    if (timeStamp !== undefined) row("时间戳 time stamp", timeStampText(timeStamp));
    row("证书链 chain", chain.map((one) => one.commonName ?? one.organization ?? one.serial).join(" ← "));
    const { atSigning, now } = revocation;
    row("证书状态 signer", `签名时 then ${atSigning.text} ${atSigning.state}, 现在 now ${now.text} ${now.state}`);
  }
  if (seal !== undefined) row("电子印章 seal", `${seal.name} ${seal.id} (V${seal.version})`);
  if (signature !== undefined) row("证照状态 state", stateText(state));
  if (register !== undefined) {
    row("机构目录 register", `${register.asOf.toISOString()} (${ageText(register.ageSeconds)})`);
  }
  for (const { code, text, detail, weight } of findings.slice(0, MOST_FINDINGS))
    row(weight === "note" ? "·" : "-", `${text} ${code}: ${detail}`);
  const more = findings.length - MOST_FINDINGS;
  if (more > 0) row("…", `另有 ${more} 项，见 --json · ${more} more, with --json`);
  for (const { remedy } of missingTrust(report)) row("→", remedy);
  for (const { kind, name, change, text } of altered) row("≠", `${text} · ${kind} ${name} ${change}`);
  return `${lines.join("\n")}\n`;
}

function timeStampText({ time, accuracyMs, authority, policy }: VerifiedTimeStamp): string {
  const accuracy = accuracyMs === undefined ? "" : ` ± ${accuracyMs / 1000} s`;
  return `${time.toISOString()}${accuracy}, ${authority.commonName ?? authority.organization ?? authority.serial} (${policy})`;
}

function stateText({ state, text, source, sourceText, asOf, ageSeconds = 0, since }: VerifiedState): string {
  const age = asOf === undefined ? "" : `, ${asOf.toISOString()} (${ageText(ageSeconds)})`;
  return `${text} ${state}${since === undefined ? "" : ` ${since}`}, ${sourceText} ${source}${age}`;
}

function ageText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours < 48 ? `${hours} 小时前 hours old` : `${Math.floor(hours / 24)} 天前 days old`;
}

/** How many of several files came out how. */
export function summaryText(reports: readonly VerificationReport[]): string {
  const counts = (Object.keys(VERDICT_TEXTS) as Verdict[])
    .map((verdict) => [verdict, reports.filter((report) => report.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${MARKS[verdict]} ${VERDICT_TEXTS[verdict]} ${verdict}: ${count}`);
  return `\n共 ${reports.length} 个文件 · ${reports.length} files\n${counts.map((line) => `    ${line}\n`).join("")}`;
}
