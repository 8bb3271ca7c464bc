import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import type { VerifyOptions } from "../cms-verify.ts";
import { signedEnd } from "../long-term/grown-pdf.ts";
import { verifyOwnPades, verifyPades } from "../pades.ts";
import { openGrown } from "./open-grown.ts";
import type { OpenedDocument } from "./opened.ts";
import { faceOf } from "./pdf-face.ts";
import { pdfFacts } from "./pdf-facts.ts";
import { readPlainPdf } from "./pdf-form.ts";
import { hiddenContent } from "./pdf-hiding.ts";

/**
 * Opens a signed PDF: its form, what may be hidden in it, and what it says about itself. Never throws. `options.at` is the time
 * of verification.
 */
export function openPdf(bytes: Uint8Array, options: VerifyOptions): OpenedDocument {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = signedEnd(file);
  if (end !== undefined && end < file.length) return openGrown(file, end, options);
  const findings: VerificationFinding[] = [];
  const plain = readPlainPdf(file);
  if ("different" in plain) {
    findings.push(findingOf("FORM_FOREIGN", plain.different));
    return { findings, altered: [], judge: (at) => verifyPades(bytes, { ...options, at }) };
  }
  for (const remark of hiddenContent(plain)) findings.push(findingOf("HIDDEN_CONTENT", remark));
  return {
    findings,
    altered: [],
    ...pdfFacts(plain),
    ...faceOf(bytes),
    judge: (at) => verifyOwnPades(bytes, { ...options, at }),
  };
}
