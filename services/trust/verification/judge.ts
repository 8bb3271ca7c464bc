import { verifyCms } from "../cms-verify.ts";
import type { SignatureReport } from "../report.ts";
import type { SealDetails } from "../seal/verify-seal.ts";
import { checkFace, checkIdentifier, checkIssuer, checkRecord } from "./bindings.ts";
import { standingOf } from "./certificate-standing.ts";
import { classify } from "./classify.ts";
import { explainFace } from "./explain-face.ts";
import { findingOf, type VerificationFinding } from "./finding.ts";
import { differingFields } from "./message-diff.ts";
import { type MessageView, readMessageView } from "./message-view.ts";
import { openMessage } from "./open-message.ts";
import type { OpenedDocument } from "./opened.ts";
import { MAX_STATE_AGE_SECONDS, type VerificationOptions } from "./options.ts";
import {
  type AlteredPart,
  LEVEL_TEXTS,
  type VerificationReport,
  type VerifiedSeal,
  type VerifiedSubject,
} from "./report.ts";
import { type SigningTime, signatureStanding } from "./signature-standing.ts";
import type { CertificateStatus } from "./sources.ts";
import { timeStampStanding } from "./time-stamp-standing.ts";

/** Clocks of signers may run ahead by so much. */
const SKEW_MS = 300_000;

const NOT_ASKED = { state: "unknown", source: "none" } as const;

type Judgement = Pick<VerificationReport, "findings" | "state" | "altered"> &
  Pick<VerificationReport, "signature" | "seal" | "subject">;

/** Judges an opened document: signature first, and only where it is good what lies behind the identifier. */
export async function judgeDocument(
  bytes: Uint8Array,
  given: OpenedDocument,
  options: VerificationOptions,
): Promise<Judgement> {
  const { at } = options;
  const companion = companionOf(given, options);
  const opened = companion.message === undefined ? given : joined(given, companion.message);
  const findings = [...opened.findings, ...companion.findings];
  const altered = [...opened.altered];
  let { time, report, remarks: stampRemarks } = firstJudged(opened, at);
  findings.push(...stampRemarks.filter(({ code }) => !(code === "TIME_STAMP_AGED" && opened.longTerm?.lasts)));
  const trusted = isTrusted(report) && !findings.some(({ weight }) => weight === "invalid");
  const status = await askStatus(opened, time, trusted, options);
  if (typeof status === "object") {
    if (status.issuedAt !== undefined) {
      time = { ...time, signedAt: status.issuedAt, timeFrom: "record" };
      report = opened.judge(time.signedAt);
    }
    const record = checkRecord(bytes, opened, status);
    findings.push(...record.findings);
    altered.push(...record.altered);
  }
  findings.push(...report.findings.map(classify));
  if (time.signedAt.getTime() > at.getTime() + SKEW_MS) {
    findings.push(findingOf("SIGNED_IN_FUTURE", `signed at ${time.signedAt.toISOString()}`));
  }
  if (!trusted) altered.push(...(await explain(opened, options)), ...(await explainFace(opened, options)));
  const { signature, findings: remarks } = signatureStanding(report, time, opened.revocation ?? options.revocation, at);
  if (signature !== undefined && opened.seal === undefined) {
    const level = time.timeStamp && opened.longTerm?.level(report);
    signature.level = level ?? (time.timeStamp ? "B-T" : "B-B");
    signature.levelText = LEVEL_TEXTS[signature.level];
    if (opened.longTerm && !level)
      findings.push(findingOf("LONG_TERM_INCOMPLETE", "revocation lists are missing or old"));
  }
  findings.push(...remarks, ...checkIdentifier(opened));
  if (signature !== undefined) findings.push(...checkIssuer(opened, signature, options.authorised));
  // What an untrusted document claims to be is not asked after.
  const standing = trusted
    ? standingOf(opened, status, at, options.maxStateAgeSeconds ?? MAX_STATE_AGE_SECONDS)
    : { state: NOT_ASKED, findings: [] };
  findings.push(...standing.findings);
  const subject = subjectOf(opened);
  return {
    findings,
    state: standing.state,
    altered,
    ...(signature !== undefined && { signature }),
    ...(opened.seal !== undefined && { seal: sealOf(opened.seal) }),
    ...(subject !== undefined && { subject }),
  };
}

/** Judges as of the time stamp where one counts, else of what the signer claims, else of now. */
function firstJudged(opened: OpenedDocument, at: Date) {
  const claimed = opened.judge(opened.claimedTime ?? at);
  const { timeStamp, findings: remarks } = timeStampStanding(claimed.timeStamp, at);
  const time: SigningTime = timeStamp
    ? { signedAt: timeStamp.time, timeFrom: "stamp", timeStamp }
    : { signedAt: opened.claimedTime ?? at, timeFrom: opened.claimedTime ? "claimed" : "unknown" };
  return { time, report: timeStamp ? opened.judge(timeStamp.time) : claimed, remarks };
}

/** The signature value is good and its signer leads to a configured authority; the time may still be held against it. */
function isTrusted(report: SignatureReport): boolean {
  if (report.signer === undefined || report.path?.length === 0) return false;
  return report.findings.every(
    ({ reason, detail }) => reason !== "SIGNATURE_INVALID" && classify({ reason, detail }).code !== "SIGNER_UNTRUSTED",
  );
}

async function askStatus(
  { identifier, node }: OpenedDocument,
  { signedAt, timeFrom }: SigningTime,
  trusted: boolean,
  { status }: VerificationOptions,
) {
  if (!trusted || status === undefined || identifier === undefined) return undefined;
  return status.statusOf(identifier, {
    ...(node !== undefined && { node }),
    ...(timeFrom !== "unknown" && { signedAt }),
  });
}

/** The data message handed in beside a face: signed well, and naming this face. */
function companionOf(
  { face }: OpenedDocument,
  options: VerificationOptions,
): { findings: VerificationFinding[]; message?: MessageView } {
  if (options.message === undefined) return { findings: [] };
  const { trust, revocation, timeStamps } = options;
  const path = {
    trust,
    ...(revocation !== undefined && { revocation }),
    ...(timeStamps !== undefined && { timeStamps }),
  };
  const companion = openMessage(options.message, options.messageSignature, path);
  const { report } = firstJudged(companion, options.at);
  const findings = [...companion.findings, ...report.findings.map(classify)];
  if (companion.message === undefined || findings.some(({ weight }) => weight === "invalid")) return { findings };
  if (face === undefined) return { findings };
  return {
    findings: [...findings, ...checkFace(face, companion.message, "FACE_MISMATCH")],
    message: companion.message,
  };
}

/** A face read together with its message. */
function joined(face: OpenedDocument, message: MessageView): OpenedDocument {
  const { identifier, node, validFrom, validTo } = message.metadata;
  const validity = { ...(validFrom !== undefined && { validFrom }), ...(validTo !== undefined && { validTo }) };
  const other = face.identifier !== undefined && face.identifier !== identifier;
  const findings = other ? [findingOf("FACE_MISMATCH", "face and data message have two identifiers")] : [];
  return { ...face, identifier, node, validity, message, findings: [...face.findings, ...findings] };
}

/**
 * Names the fields of an altered message by the one on record, to whoever holds the genuine signature over that record: it
 * was given to them together with the certificate.
 */
async function explain({ message, face }: OpenedDocument, options: VerificationOptions) {
  const { status, messageSignature, trust, at } = options;
  if (message === undefined || face !== undefined || messageSignature === undefined) return [];
  const found: CertificateStatus | "unrecorded" | undefined = await status?.statusOf(message.metadata.identifier, {});
  if (typeof found !== "object" || found.message === undefined) return [];
  const signedAt = found.issuedAt ?? at;
  if (!verifyCms(messageSignature, { content: found.message }, { trust, at: signedAt }).ok) return [];
  return differingFields(readMessageView(found.message), message) satisfies AlteredPart[];
}

function sealOf({ version, id, name, validFrom, validTo, maker }: SealDetails): VerifiedSeal {
  return { version, id, name, validFrom, validTo, ...(maker !== undefined && { maker }) };
}

function subjectOf({ identifier, message, validity }: OpenedDocument): VerifiedSubject | undefined {
  if (identifier === undefined) return undefined;
  if (message === undefined) return { identifier, ...validity };
  const { number, name, itemCode, issuer, issueDate } = message.metadata;
  return {
    identifier,
    number,
    name,
    itemCode,
    issuerName: issuer.name,
    issuerCode: issuer.code,
    issueDate,
    ...validity,
  };
}
