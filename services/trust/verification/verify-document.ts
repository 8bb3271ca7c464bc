import { createHash } from "node:crypto";
import {
  eachOnce,
  findingOf,
  heaviestFirst,
  VERDICT_TEXTS,
  type VerificationFinding,
  verdictOf,
} from "../../statement/finding.ts";
import { embeddedMessage } from "./embedded-message.ts";
import { judgeDocument } from "./judge.ts";
import { openMessage } from "./open-message.ts";
import { openOfd } from "./open-ofd.ts";
import { openPdf } from "./open-pdf.ts";
import type { OpenedDocument } from "./opened.ts";
import { MAX_DOCUMENT_BYTES, type VerificationOptions } from "./options.ts";
import type { DocumentKind, VerificationReport } from "./report.ts";
import { sniffKind } from "./sniff.ts";
import { scopeOf, withTexts } from "./texts.ts";

/**
 * Verifies a PDF, an OFD or a data message: signature, signer and chain as of the time of signing, form, what binds face,
 * message, identifier and record together, and what the certificate is worth now. Never throws on what is handed in, and
 * asks the status source only about documents whose signature is good. Bounded: 32 MiB in; the readers below limit what
 * they unpack, so that no input costs more than a few times its own size.
 */
export async function verifyDocument(bytes: Uint8Array, options: VerificationOptions): Promise<VerificationReport> {
  const kind = sniffKind(bytes, options.messageSignature !== undefined);
  const wanted = options.kind ?? kind;
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    return reportOf(bytes, kind, options.at, [findingOf("TOO_LARGE", `more than ${MAX_DOCUMENT_BYTES} bytes`)]);
  }
  if (kind === undefined || kind !== wanted) {
    const detail = kind === undefined ? "neither PDF, OFD nor data message" : `expected ${wanted}, found ${kind}`;
    return reportOf(bytes, kind, options.at, [findingOf("FORMAT_UNKNOWN", detail)]);
  }
  const opened = open(bytes, kind, options);
  if (opened === undefined) {
    return reportOf(bytes, kind, options.at, [findingOf("FORMAT_UNKNOWN", "no reader for OFD was given")]);
  }
  const { findings, signature, message, ...parts } = await judgeDocument(bytes, opened, options);
  const report = { ...reportOf(bytes, kind, options.at, findings), ...parts };
  if (options.onMessage && (report.verdict === "valid" || report.verdict === "notInForce")) {
    const held = message ?? (kind === "pdf" ? embeddedMessage(bytes) : undefined);
    if (held && held.metadata.identifier === report.subject?.identifier) options.onMessage(held);
  }
  return withTexts(signature === undefined ? report : { ...report, signature: { ...signature, ...scopeOf(kind) } });
}

function open(bytes: Uint8Array, kind: DocumentKind, options: VerificationOptions): OpenedDocument | undefined {
  const { trust, revocation, intermediates, timeStamps } = options;
  const path = {
    trust,
    ...(revocation !== undefined && { revocation }),
    ...(intermediates !== undefined && { intermediates }),
    ...(timeStamps !== undefined && { timeStamps }),
  };
  if (kind === "pdf") return openPdf(bytes, { ...path, at: options.at });
  if (kind === "message") return openMessage(bytes, options.messageSignature, path);
  return options.openOfd && openOfd(bytes, options.openOfd, { ...path, at: options.at });
}

function reportOf(
  bytes: Uint8Array,
  kind: DocumentKind | undefined,
  verifiedAt: Date,
  found: readonly VerificationFinding[],
): VerificationReport {
  const findings = heaviestFirst(eachOnce(found));
  const verdict = verdictOf(findings);
  return withTexts({
    schema: "ecert.verification.v1",
    ...(kind !== undefined && { kind }),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    verifiedAt,
    verdict,
    verdictText: VERDICT_TEXTS[verdict],
    findings,
    state: { state: "unknown", source: "none" },
    altered: [],
  });
}
