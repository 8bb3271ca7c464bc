import { sha256Hex } from "../../domain/canonical.ts";
import { parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import type { FaceDigest } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import { nodeOfSerial } from "../../domain/serial-node.ts";
import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import type { CertificateStatus } from "../../statement/status-source.ts";
import type { SignerDetails } from "../report.ts";
import { differingFields } from "./message-diff.ts";
import { readMessageView } from "./message-view.ts";
import type { OpenedDocument } from "./opened.ts";
import { MAX_REGISTER_AGE_SECONDS } from "./options.ts";
import type { AlteredPart, UsedRegister } from "./report.ts";
import type { AskedIssue, IssuerRegister } from "./sources.ts";

/** Longest way up the register that is followed. */
const MAX_SUPERIORS = 10;
/** A signature that was under way when a body came under another, or lost a right, is still finished. */
const UNDER_WAY_MS = 3_600_000;

/**
 * Holds that the identifier is one of GB/T 36904 and says the same as the metadata; where its serial names a node, that is the one that
 * keeps the certificate.
 */
export function checkIdentifier({
  identifier,
  message,
}: Pick<OpenedDocument, "identifier" | "message">): VerificationFinding[] {
  if (identifier === undefined) return [];
  try {
    const parts = parseCertificateIdentifier(identifier);
    const { metadata } = message ?? {};
    if (metadata === undefined) return [];
    const same =
      metadata.identifier === identifier &&
      parts.typeCode === metadata.typeCode &&
      parts.issuer === metadata.issuer.code &&
      parts.version === metadata.version &&
      (nodeOfSerial(parts.serial) ?? metadata.node) === metadata.node;
    if (same) return [];
    return [findingOf("IDENTIFIER_INVALID", "it, or its type, issuer, version or node, is not that of the metadata")];
  } catch (error) {
    if (error instanceof Refusal) return [findingOf("IDENTIFIER_INVALID", error.message)];
    throw error;
  }
}

/**
 * Holds that the signer is the issuing body or one above it then, and that the issuer might issue this item at this node when it was
 * signed (5.8.3): the one judgement of issuers, in which every verification ends. Without a register the signer must be the issuer itself,
 * and its right is not checked (`ISSUER_UNREGISTERED`). A register that is older than `MAX_REGISTER_AGE_SECONDS` at `at` tells nothing of
 * superiors after it was made, and none tells of rights after it was made that it does not have (`REGISTER_STALE`). `expected`: there must
 * be a register, and where it cannot be had nothing can be told of rights.
 */
export function checkIssuer(
  { identifier, message, node }: Pick<OpenedDocument, "identifier" | "message" | "node">,
  { signer, signedAt }: { signer: SignerDetails; signedAt: Date },
  register: IssuerRegister | undefined,
  at: Date,
  expected = false,
): VerificationFinding[] {
  const parts = identifier === undefined ? undefined : parsed(identifier);
  const { metadata } = message ?? {};
  const issuer = metadata?.issuer.code ?? parts?.issuer;
  const typeCode = metadata?.typeCode ?? parts?.typeCode;
  if (issuer === undefined || typeCode === undefined) return [];
  const place = metadata?.node ?? node;
  const issue = {
    issuer,
    typeCode,
    ...(metadata !== undefined && { itemCode: metadata.itemCode }),
    ...(place !== undefined && { node: place }),
  };
  return [
    ...checkSigner(signer.organizationCode, issuer, signedAt, register, at),
    ...(expected && register === undefined
      ? [findingOf("REGISTER_STALE", "the register of issuers cannot be had now")]
      : checkRight(issue, signedAt, register)),
  ].filter(({ code }, index, all) => all.findIndex((one) => one.code === code) === index);
}

function checkSigner(
  signer: string | undefined,
  issuer: string,
  signedAt: Date,
  register: IssuerRegister | undefined,
  at: Date,
): VerificationFinding[] {
  const used = register && usedRegister(register, at);
  if (signer !== issuer && used && used.ageSeconds > MAX_REGISTER_AGE_SECONDS && used.asOf < signedAt) {
    const days = Math.floor(used.ageSeconds / 86_400);
    return [findingOf("REGISTER_STALE", `the register is ${days} days old, and older than the signature`)];
  }
  if (mightSign(signer, issuer, signedAt, register)) return [];
  const detail = `signed by ${signer ?? "a certificate without a social credit code"}, issued by ${issuer}`;
  return [findingOf("SIGNER_FOREIGN", detail)];
}

function checkRight(issue: AskedIssue, signedAt: Date, register: IssuerRegister | undefined): VerificationFinding[] {
  if (register === undefined) return [findingOf("ISSUER_UNREGISTERED", "no register of issuers was given")];
  const allowed = register.mayIssue(issue, signedAt);
  // What was under way when a right ended is still finished.
  if (allowed || register.mayIssue(issue, new Date(signedAt.getTime() - UNDER_WAY_MS))) return [];
  const { issuer, typeCode, itemCode, node } = issue;
  const what = [`type ${typeCode}`, itemCode && `item ${itemCode}`, node && `at node ${node}`]
    .filter(Boolean)
    .join(", ");
  if (allowed === undefined) {
    return [findingOf("REGISTER_STALE", `the register is older than the signature and gives ${issuer} no ${what}`)];
  }
  return [findingOf("ISSUER_NOT_AUTHORISED", `${issuer} may not issue certificates of ${what}`)];
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
  message: { faces?: readonly FaceDigest[] },
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
    const faces = recorded?.faces ?? status.faces;
    const findings = faces === undefined ? [] : checkFace(opened.face, { faces }, "RECORD_DIFFERS");
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
