import { Refusal } from "../domain/refusal.ts";
import { type VerifyOptions, verifyCms } from "./cms-verify.ts";
import { ownEnvelope } from "./own-spelling.ts";
import { locateSignature, type PdfSignature } from "./pades-locate.ts";
import { reportOf, type SignatureReport } from "./report.ts";

/** What came out of verifying a signed PDF. */
export interface PadesReport extends SignatureReport {
  /** The range that the signature covers; absent where no signature could be located. */
  byteRange?: PdfSignature["byteRange"];
  /** SHA-256 (lower-case hex) of the octets covered: the digest that the data message gives for the face. */
  coveredSha256?: string;
  /** The CMS, without its padding. */
  cms?: Uint8Array;
}

/**
 * Verifies the last signature of a PDF as PAdES (ETSI EN 319 142-1, level B-B or B-T) at the time `options.at`. Never throws on
 * what the file holds: `findings` name what is wrong, byte-range problems included. Every octet but those of the CMS's envelope is
 * held to what was signed; for that envelope see {@link verifyOwnPades}.
 */
export function verifyPades(pdf: Uint8Array, options: VerifyOptions): PadesReport {
  let located: PdfSignature;
  try {
    located = locateSignature(pdf);
  } catch (error) {
    if (error instanceof Refusal) return reportOf([{ reason: "SIGNATURE_INVALID", detail: error.message }]);
    throw error;
  }
  const { byteRange, digestBy, cms } = located;
  const report = verifyCms(cms, { digestBy }, { ...options, requirePades: true });
  return { ...report, byteRange, coveredSha256: Buffer.from(digestBy("sha256")).toString("hex"), cms };
}

/** As {@link verifyPades}, for a file of this platform's own: the envelope of its signature too must be as this platform writes it. */
export function verifyOwnPades(pdf: Uint8Array, options: VerifyOptions): PadesReport {
  const report = verifyPades(pdf, options);
  return report.cms === undefined ? report : ownEnvelope(report, report.cms, options.trust);
}
