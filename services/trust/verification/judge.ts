import { findingOf, isRefusing, type VerificationFinding } from "../../statement/finding.ts";
import { sandboxFindings } from "../../statement/sandbox-mark.ts";
import { MAX_STATE_AGE_SECONDS } from "../../statement/standing.ts";
import type { SealDetails } from "../seal/verify-seal.ts";
import { checkIdentifier, checkIssuer, checkRecord, usedRegister } from "./bindings.ts";
import { documentStanding } from "./certificate-standing.ts";
import { companionOf, joined } from "./companion.ts";
import { explainFace } from "./explain-face.ts";
import { explainMessage } from "./explain-message.ts";
import { foreignPackage, signatureFaults } from "./foreign.ts";
import type { OpenedDocument } from "./opened.ts";
import type { VerificationOptions } from "./options.ts";
import {
  LEVEL_TEXTS,
  type VerificationReport,
  type VerifiedSeal,
  type VerifiedSignature,
  type VerifiedSubject,
} from "./report.ts";
import { signatureStanding } from "./signature-standing.ts";
import { firstJudged, futureFaults, isTrusted, judgedByRecord, type TimedSignature } from "./signing-time.ts";

const NOT_ASKED = { state: { state: "unknown", source: "none" } as const, findings: [] };

type Judgement = Pick<VerificationReport, "findings" | "state" | "altered"> &
  Pick<VerificationReport, "signature" | "seal" | "subject" | "register"> &
  Pick<OpenedDocument, "message">;

/** Judges an opened document: signature first, and only where it is good what lies behind the identifier. */
export async function judgeDocument(
  bytes: Uint8Array,
  given: OpenedDocument,
  options: VerificationOptions,
): Promise<Judgement> {
  const companion = companionOf(given, options);
  const opened = joined(given, companion);
  const first = firstJudged(opened, options.at);
  const { identifier, node, message } = opened;
  const marks = { identifier, node: message?.metadata.node ?? node, number: message?.metadata.number };
  const tried = sandboxFindings(marks, options.sandbox);
  const before = [...tried, ...opened.findings, ...companion.findings, ...first.remarks];
  const trusted = isTrusted(first.report) && !before.some(isRefusing);
  const elsewhere = trusted ? foreignPackage(opened) : [];
  const status = trusted ? await askStatus(opened, first, options) : undefined;
  const found = typeof status === "object" ? status : undefined;
  // Of two certificates under one identifier the one on record need not be the one that stands.
  const decides = found !== undefined && found.forkedSince === undefined;
  const record = decides ? checkRecord(bytes, opened, found) : { findings: [], altered: [] };
  const timed = judgedByRecord(opened, first, found);
  const { signature, findings: remarks } = judgeSignature(opened, timed, options);
  // What an untrusted document claims to be is not asked after.
  const standing =
    trusted && elsewhere.length === 0
      ? documentStanding(opened, status, options.at, options.maxStateAgeSeconds ?? MAX_STATE_AGE_SECONDS)
      : NOT_ASKED;
  const explained =
    trusted || tried.length > 0
      ? []
      : [...(await explainMessage(opened, options)), ...(await explainFace(opened, options))];
  const subject = subjectOf(opened);
  const register = signature && options.authorised && usedRegister(options.authorised, options.at);
  return {
    findings: [
      ...before,
      ...record.findings,
      ...(found?.message === undefined ? companion.doubts : []),
      ...signatureFaults(opened, timed.report),
      ...elsewhere,
      ...futureFaults(timed.time, options.at),
      ...remarks,
      ...checkIdentifier(opened),
      ...(signature === undefined
        ? []
        : checkIssuer(opened, signature, options.authorised, options.at, options.registerExpected)),
      ...standing.findings,
    ],
    state: standing.state,
    altered: [...opened.altered, ...record.altered, ...explained],
    ...(signature !== undefined && { signature }),
    ...(opened.seal !== undefined && { seal: sealOf(opened.seal) }),
    ...(subject !== undefined && { subject }),
    ...(message !== undefined && { message }),
    ...(register !== undefined && { register }),
  };
}

async function askStatus(
  { identifier, node, validity }: OpenedDocument,
  { time: { signedAt, timeFrom } }: TimedSignature,
  { status, messageSignature }: VerificationOptions,
) {
  if (status === undefined || identifier === undefined) return undefined;
  return status.statusOf(identifier, {
    ...(node !== undefined && { node }),
    ...(timeFrom !== "unknown" && { signedAt }),
    ...(validity !== undefined && { validity }),
    ...(messageSignature !== undefined && { signature: messageSignature }),
  });
}

/** Who signed, how it stands with that, and which level the signature has. */
function judgeSignature(
  opened: OpenedDocument,
  { time, report }: TimedSignature,
  { revocation, at }: VerificationOptions,
): { signature?: VerifiedSignature; findings: VerificationFinding[] } {
  const { signature, findings } = signatureStanding(
    report,
    time,
    opened.revocation ?? revocation,
    at,
    opened.seal?.makerPath,
  );
  // Signatures by electronic seal have no levels.
  if (signature === undefined || opened.seal !== undefined) return { findings, ...(signature && { signature }) };
  const extended = time.timeStamp && opened.longTerm?.level(report);
  const level = extended ?? (time.timeStamp ? "B-T" : "B-B");
  const incomplete = opened.longTerm !== undefined && extended === undefined;
  return {
    signature: { ...signature, level, levelText: LEVEL_TEXTS[level] },
    findings: [
      ...(incomplete ? [findingOf("LONG_TERM_INCOMPLETE", "revocation lists are missing or old")] : []),
      ...findings,
    ],
  };
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
