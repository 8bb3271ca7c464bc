import { parseCertificateIdentifier } from "../domain/certificate-identifier.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { nodeOfSerial } from "../domain/serial-node.ts";
import { type QrStatement, readQrText } from "../domain/signed-qr.ts";
import { findingOf, heaviestFirst, type VerificationFinding, verdictOf } from "./finding.ts";
import type { Verifies } from "./node-signed.ts";
import { type KnownKeys, type NodeStatement, readNodeStatement, type StatementSource } from "./node-statement.ts";
import { sandboxFindings } from "./sandbox-mark.ts";
import { MAX_STATE_AGE_SECONDS, standingOf, type VerifiedState } from "./standing.ts";
import type { StatusSource } from "./status-source.ts";

/** The outcome for a QR code. `stated`: a node says so and nothing speaks against it. A QR code alone is never `valid`. */
export type QrVerdict = "stated" | "invalid" | "notInForce" | "undetermined";

/** The verdicts for people, zh-CN. */
export const QR_VERDICT_TEXTS: Readonly<Record<QrVerdict, string>> = {
  stated: "节点作此声明，状态包未列其失效；未见证照本身",
  invalid: "无效：不应采信",
  notInForce: "所述证照当前不具效力",
  undetermined: "节点作此声明，但尚不能确定；未见证照本身",
};

/** What came out of verifying the text of a QR code. Programs go by `verdict` and the codes of `findings`. */
export interface QrReport {
  schema: "ecert.qr-verification.v1";
  verifiedAt: Date;
  verdict: QrVerdict;
  /** The verdict for people, zh-CN. */
  verdictText: string;
  /** Always: what a node says in a QR code does not show that there is such a certificate. */
  certificateSeen: false;
  /** Which node said it, and when, by the period of its key. Absent where nobody known did. */
  by?: StatementSource;
  /** What it said. */
  statement?: QrStatement;
  /** What the status bundle says; `notListed`: it lists what is not in force, and this is not among it. */
  state: Omit<VerifiedState, "state"> & { state: Exclude<VerifiedState["state"], "valid"> | "notListed" };
  /** Heaviest first. */
  findings: VerificationFinding[];
}

/** What the text of a QR code is verified against. */
export interface JudgeOptions {
  keys: KnownKeys;
  verifies: Verifies;
  /** The time of verification. */
  at: Date;
  /** A status bundle: it must be of after the day of issue, and not too old. Without one no text is more than `undetermined`. */
  status?: StatusSource;
  /** Node code of a sandbox that judges its own: in production every text of one is `invalid`. */
  sandbox?: string;
}

const NO_STATE: QrReport["state"] = { state: "unknown", source: "none" };

/**
 * Verifies the signed text of a face's QR code (see `readNodeStatement`) and holds what it says against the status bundle. Never throws
 * on what the text holds.
 */
export async function judgeText(text: string, options: JudgeOptions): Promise<QrReport> {
  const { at, status, sandbox } = options;
  const foreign = sandboxText(text, sandbox);
  if (foreign.length > 0) return reportOf(at, foreign, { state: NO_STATE });
  const read = readOrRefuse(text, options);
  if (!("statement" in read)) return reportOf(at, read.findings, { state: NO_STATE });
  const { statement, by } = read;
  const { identifier, node, validTo, issueDate } = statement;
  // The day of issue is all that it says of the time: the bundle must be of a later one.
  const signedAt = new Date(instantOf(`${issueDate}T23:59:59+08:00`));
  const validity = validTo === undefined ? {} : { validTo };
  const known = await status?.statusOf(identifier, { node, signedAt, validity });
  const standing = standingOf({ identifier, validity }, known, at, MAX_STATE_AGE_SECONDS);
  const { state, ...source } = standing.state;
  const findings = [...read.findings, ...identifierFaults(statement), ...standing.findings];
  if (issueDate > shanghaiDay(at)) findings.push(findingOf("SIGNED_IN_FUTURE", `issued on ${issueDate}`));
  findings.push(findingOf("CERTIFICATE_UNSEEN", `all of it is what the node ${node} says`));
  return reportOf(at, findings, {
    by,
    statement,
    state: { ...source, state: state === "valid" ? "notListed" : state },
  });
}

/** Before any key is looked for: in production nobody knows that of a sandbox, and the reason would be another. */
function sandboxText(text: string, own: string | undefined): VerificationFinding[] {
  try {
    const { identifier, number, node } = readQrText(text).statement;
    return sandboxFindings({ identifier, number, node }, own);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function readOrRefuse(text: string, { keys, verifies, at }: JudgeOptions): NodeStatement {
  try {
    return readNodeStatement(text, keys, verifies, at);
  } catch (error) {
    if (error instanceof Refusal) return { findings: [findingOf("SIGNATURE_INVALID", error.message)] };
    throw error;
  }
}

/** An identifier that is none, or that another node gave out. */
function identifierFaults({ identifier, node }: QrStatement): VerificationFinding[] {
  try {
    const owner = nodeOfSerial(parseCertificateIdentifier(identifier).serial) ?? node;
    return owner === node ? [] : [findingOf("IDENTIFIER_INVALID", `it is one of the node ${owner}, not of ${node}`)];
  } catch (error) {
    if (error instanceof Refusal) return [findingOf("IDENTIFIER_INVALID", error.message)];
    throw error;
  }
}

function reportOf(
  verifiedAt: Date,
  found: readonly VerificationFinding[],
  facts: Pick<QrReport, "by" | "statement" | "state">,
): QrReport {
  const findings = heaviestFirst(found);
  const judged = verdictOf(findings);
  // A text has no form but one, and no signer but nodes.
  const refused = judged === "unsupported" || judged === "foreign";
  const verdict = refused ? "invalid" : judged === "valid" ? "stated" : judged;
  const head = {
    schema: "ecert.qr-verification.v1",
    verifiedAt,
    verdict,
    verdictText: QR_VERDICT_TEXTS[verdict],
  } as const;
  return { ...head, certificateSeen: false, ...facts, findings };
}
