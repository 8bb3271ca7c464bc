import { findingOf, isRefusing, type VerificationFinding } from "../../statement/finding.ts";
import { checkFace } from "./bindings.ts";
import { classify } from "./classify.ts";
import type { MessageView } from "./message-view.ts";
import { openMessage } from "./open-message.ts";
import type { OpenedDocument } from "./opened.ts";
import type { VerificationOptions } from "./options.ts";
import { signatureStanding } from "./signature-standing.ts";
import { firstJudged } from "./signing-time.ts";

/** The data message that was handed in beside a face. */
export interface Companion {
  findings: VerificationFinding[];
  /** What leaves open whether it was signed while its signer could: the record dispels it, where it holds the same message. */
  doubts: VerificationFinding[];
  /** Present where it is signed well. */
  message?: MessageView;
}

/** Reads the data message handed in beside a face: it must be signed well, and name this face. */
export function companionOf({ face }: OpenedDocument, options: VerificationOptions): Companion {
  if (options.message === undefined) return { findings: [], doubts: [] };
  const { trust, revocation, timeStamps, at } = options;
  const path = {
    trust,
    ...(revocation !== undefined && { revocation }),
    ...(timeStamps !== undefined && { timeStamps }),
  };
  const companion = openMessage(options.message, options.messageSignature, path);
  const { report, time } = firstJudged(companion, at);
  const findings = [...companion.findings, ...report.findings.map(classify)];
  if (companion.message === undefined || findings.some(isRefusing) || face === undefined) {
    return { findings, doubts: [] };
  }
  return {
    findings: [...findings, ...checkFace(face, companion.message, "FACE_MISMATCH")],
    doubts: signatureStanding(report, time, revocation, at).findings.filter(({ weight }) => weight !== "note"),
    message: companion.message,
  };
}

/** A face read together with its message. */
export function joined(face: OpenedDocument, { message }: Companion): OpenedDocument {
  if (message === undefined) return face;
  const { identifier, node, validFrom, validTo } = message.metadata;
  const validity = { ...(validFrom !== undefined && { validFrom }), ...(validTo !== undefined && { validTo }) };
  const other = face.identifier !== undefined && face.identifier !== identifier;
  const findings = other ? [findingOf("FACE_MISMATCH", "face and data message have two identifiers")] : [];
  return { ...face, identifier, node, validity, message, findings: [...face.findings, ...findings] };
}
