import { Refusal } from "../../domain/refusal.ts";
import type { VerifyOptions } from "../cms-verify.ts";
import { verifyPades } from "../pades.ts";
import { locateSignature } from "../pades-locate.ts";
import { findingOf, type VerificationFinding } from "./finding.ts";
import type { OpenedDocument } from "./opened.ts";
import { appendedParts } from "./pdf-appended.ts";
import { pdfFacts } from "./pdf-facts.ts";
import { readPlainPdf } from "./pdf-form.ts";
import { hiddenContent } from "./pdf-hiding.ts";

/** Opens a signed PDF: its form, what may be hidden in it, and what it says about itself. Never throws. */
export function openPdf(bytes: Uint8Array, options: Omit<VerifyOptions, "at">): OpenedDocument {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const findings: VerificationFinding[] = [];
  const judge = (at: Date) => verifyPades(bytes, { ...options, at });
  const appended = appendedParts(file);
  if (appended !== undefined) {
    const earlier = verifyPades(file.subarray(0, appended.signedEnd), { ...options, at: new Date(0) });
    const good = earlier.signer === undefined ? "is not good either" : "is as it was signed";
    const detail = `octets were appended behind the signed revision, which ends at ${appended.signedEnd} and ${good}`;
    return { findings: [findingOf("CONTENT_ADDED", detail)], altered: appended.parts, judge };
  }
  const plain = readPlainPdf(file);
  if ("different" in plain) {
    findings.push(findingOf("FORM_FOREIGN", plain.different));
    return { findings, altered: [], judge };
  }
  for (const remark of hiddenContent(plain)) findings.push(findingOf("HIDDEN_CONTENT", remark));
  return {
    findings,
    altered: [],
    ...pdfFacts(plain),
    ...faceOf(bytes),
    judge,
  };
}

/** The digest that the data message must give for this face; absent where no signature covers the file. */
function faceOf(bytes: Uint8Array): Pick<OpenedDocument, "face"> {
  try {
    const sha256 = Buffer.from(locateSignature(bytes).digestBy("sha256")).toString("hex");
    return { face: { format: "pdf", sha256 } };
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}
