import { type FindingCode, findingOf, type VerificationFinding } from "../../statement/finding.ts";
import type { SignatureReport } from "../report.ts";
import { classify } from "./classify.ts";
import type { OpenedDocument } from "./opened.ts";

/** What weighs less against a document that does not claim to be one of this platform: whoever signed it followed other rules. */
const LESS: readonly [RegExp, FindingCode][] = [
  [/^(?:seal maker: )?no path from .* to a configured authority$/, "SIGNER_UNKNOWN"],
  [/not of the kind ETSI\.CAdES\.detached$|^signing-certificate-v2 is missing$/, "FORM_UNSUPPORTED"],
  [/unsigned attributes .*are not accepted$|with revocation lists is not accepted$/, "FORM_UNSUPPORTED"],
  [/^a PAdES signature bears no signing-time attribute$/, "FORM_UNSUPPORTED"],
];

/**
 * What speaks against the signature of a document. Of one that claims to be a certificate of this platform an unknown signer is a forger; of
 * others he is somebody whom we do not know, and a form that we do not read is no fault.
 */
export function signatureFaults(opened: OpenedDocument, { findings }: SignatureReport): VerificationFinding[] {
  if (claimsToBeOurs(opened)) return findings.map(classify);
  return findings.map((finding) => {
    const code = LESS.find(([pattern]) => pattern.test(finding.detail))?.[1];
    return code === undefined ? classify(finding) : findingOf(code, finding.detail);
  });
}

/** A package that another program signed, and that holds no data message: a trusted signer makes it no certificate. */
export function foreignPackage(opened: OpenedDocument): VerificationFinding[] {
  if (opened.face?.format !== "ofd" || claimsToBeOurs(opened)) return [];
  return [findingOf("ISSUED_ELSEWHERE", "signed by another program, and without a data message")];
}

function claimsToBeOurs({ identifier, message, face, findings }: OpenedDocument): boolean {
  if (identifier !== undefined || message !== undefined) return true;
  return face?.format === "ofd" && !findings.some(({ code }) => code === "FORM_FOREIGN");
}
