import { sha256Hex } from "../../domain/canonical.ts";
import { parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { SignerDetails } from "../report.ts";
import { findingOf, type VerificationFinding } from "./finding.ts";
import { differingFields } from "./message-diff.ts";
import { type MessageView, readMessageView } from "./message-view.ts";
import type { OpenedDocument } from "./opened.ts";
import { MAX_REGISTER_AGE_SECONDS } from "./options.ts";
import type { AlteredPart, UsedRegister } from "./report.ts";
import type { CertificateStatus, IssuerRegister } from "./sources.ts";

/** Longest way up the register that is followed. */
const MAX_SUPERIORS = 10;
/** A signature that was under way when a body came under another is still finished by the former superior. */
const UNDER_WAY_MS = 3_600_000;

/** Holds that the identifier is one of GB/T 36904 and says the same as the metadata. */
export function checkIdentifier({ identifier, message }: OpenedDocument): VerificationFinding[] {
  if (identifier === undefined) return [];
  try {
    const parts = parseCertificateIdentifier(identifier);
    const { metadata } = message ?? {};
    if (metadata === undefined) return [];
    const same =
      parts.typeCode === metadata.typeCode &&
      parts.issuer === metadata.issuer.code &&
      parts.version === metadata.version;
    return same ? [] : [findingOf("IDENTIFIER_INVALID", "its type, issuer or version is not that of the metadata")];
  } catch (error) {
    if (error instanceof Refusal) return [findingOf("IDENTIFIER_INVALID", error.message)];
    throw error;
  }
}

/**
 * Holds that the signer is the issuing body or one above it then, and that the issuer might issue this type when it was signed
 * (5.8.3). Without a register the signer must be the issuer itself. One that is older than `MAX_REGISTER_AGE_SECONDS` at `at`
 * tells nothing of superiors after it was made (`REGISTER_STALE`).
 */
export function checkIssuer(
  { identifier, message }: OpenedDocument,
  { signer, signedAt }: { signer: SignerDetails; signedAt: Date },
  register: IssuerRegister | undefined,
  at: Date,
): VerificationFinding[] {
  const parts = identifier === undefined ? undefined : parsed(identifier);
  const issuer = message?.metadata.issuer.code ?? parts?.issuer;
  const typeCode = message?.metadata.typeCode ?? parts?.typeCode;
  if (issuer === undefined || typeCode === undefined) return [];
  const findings: VerificationFinding[] = [];
  const { organizationCode } = signer;
  const used = register && usedRegister(register, at);
  if (organizationCode !== issuer && used && used.ageSeconds > MAX_REGISTER_AGE_SECONDS && used.asOf < signedAt) {
    const days = Math.floor(used.ageSeconds / 86_400);
    findings.push(findingOf("REGISTER_STALE", `the register is ${days} days old, and older than the signature`));
  } else if (!mightSign(organizationCode, issuer, signedAt, register)) {
    const detail = `signed by ${organizationCode ?? "a certificate without a social credit code"}, issued by ${issuer}`;
    findings.push(findingOf("SIGNER_FOREIGN", detail));
  }
  const allowed = register?.mayIssue(issuer, typeCode, signedAt);
  if (allowed === undefined) {
    const detail =
      register === undefined ? "no register of issuers was given" : "the register is older than the signature";
    findings.push(findingOf("ISSUER_UNREGISTERED", detail));
  } else if (!allowed) {
    findings.push(findingOf("ISSUER_NOT_AUTHORISED", `${issuer} may not issue certificates of type ${typeCode}`));
  }
  return findings;
}

/** The register that was used and its age at a time; none for one without a date. */
export function usedRegister({ builtAt }: IssuerRegister, at: Date): UsedRegister | undefined {
  if (builtAt === undefined) return undefined;
  return { asOf: builtAt, ageSeconds: Math.max(0, Math.floor((at.getTime() - builtAt.getTime()) / 1000)) };
}

function mightSign(
  signer: string | undefined,
  issuer: string,
  signedAt: Date,
  register: IssuerRegister | undefined,
): boolean {
  if (signer === undefined) return false;
  const before = new Date(signedAt.getTime() - UNDER_WAY_MS);
  return [signedAt, before].some((time) => bodiesAbove(issuer, time, register).includes(signer));
}

function bodiesAbove(issuer: string, at: Date, register: IssuerRegister | undefined): string[] {
  const bodies = [issuer];
  for (let code = register?.superiorOf(issuer, at); code !== undefined; code = register?.superiorOf(code, at)) {
    if (bodies.includes(code) || bodies.length > MAX_SUPERIORS) break;
    bodies.push(code);
  }
  return bodies;
}

function parsed(identifier: string) {
  try {
    return parseCertificateIdentifier(identifier);
  } catch {
    return undefined;
  }
}

/** Holds that a face is the one that a data message names. */
export function checkFace(
  face: OpenedDocument["face"],
  message: MessageView,
  code: "FACE_MISMATCH" | "RECORD_DIFFERS",
): VerificationFinding[] {
  if (face === undefined || message.faces === undefined) return [];
  const named = message.faces.find(({ format }) => format === face.format);
  if (named?.sha256 === face.sha256) return [];
  const detail = named === undefined ? `names no ${face.format} face` : `names another ${face.format} face`;
  return [findingOf(code, `the data message ${detail}`)];
}

/** Holds a document against the message on record; names the fields that differ. */
export function checkRecord(
  bytes: Uint8Array,
  opened: OpenedDocument,
  status: CertificateStatus,
): { findings: VerificationFinding[]; altered: AlteredPart[] } {
  const recorded = status.message && readMessageView(status.message);
  if (opened.face !== undefined) {
    const findings = recorded === undefined ? [] : checkFace(opened.face, recorded, "RECORD_DIFFERS");
    if (recorded === undefined || opened.message === undefined) return { findings, altered: [] };
    // A message that came beside the face names faces, one that is embedded cannot.
    const { faces: _, ...known } = recorded;
    const { faces: __, ...own } = opened.message;
    const altered = differingFields(known, own);
    if (altered.length === 0) return { findings, altered };
    return { findings: [...findings, findingOf("RECORD_DIFFERS", "the embedded data message differs")], altered };
  }
  if (status.messageSha256 === undefined || sha256Hex(bytes) === status.messageSha256) {
    return { findings: [], altered: [] };
  }
  return {
    findings: [findingOf("RECORD_DIFFERS", "the data message is not the one on record")],
    altered: recorded === undefined ? [] : differingFields(recorded, opened.message),
  };
}
