import type { FindingCode, VerificationFinding } from "../../statement/finding.ts";
import { findingOf } from "../../statement/finding.ts";
import type { Finding } from "../report.ts";

/** What the strict readers say, in their own words, and what it means here. The first that fits counts. */
const MEANINGS: readonly [RegExp, FindingCode][] = [
  [/^(?:seal: )?time stamp: /, "TIME_STAMP_INVALID"],
  [/exceeds? .*(?:bytes|limit)|more than \d+ (?:bytes|files)/, "TOO_LARGE"],
  [/bears no signature/, "SIGNATURE_MISSING"],
  [/no signature covers the file to its end/, "CONTENT_ADDED"],
  [/^\/Contents is spelt otherwise/, "CONTENT_ALTERED"],
  [/^byte range|byte ranges|\/Contents|belong to different objects|signature dictionary/, "BYTE_RANGE_INVALID"],
  [/message-digest differs|dataHash differs/, "CONTENT_ALTERED"],
  [/ was altered after signing$/, "CONTENT_ALTERED"],
  [/ was added: the signature does not protect it$/, "CONTENT_ADDED"],
  [/ is missing though it was signed$/, "CONTENT_MISSING"],
  [/algorithm .* is not accepted|key is weak/, "ALGORITHM_REFUSED"],
  [/algorithm .* is not supported/, "ALGORITHM_UNSUPPORTED"],
  [/^(?:seal maker: )?status of .* is unknown/, "REVOCATION_UNKNOWN"],
  [/^OFD package: (?:OFD needs exactly one DocBody|Signatures needs exactly one Signature)$/, "FORM_UNSUPPORTED"],
  [/^(?:OFD package|Doc_|OFD\.xml|the file is no PDF)/, "FORMAT_DAMAGED"],
];

/**
 * Turns what speaks against a signature into findings of a report. Where the readers say no more than that a signature is
 * bad, it stays `SIGNATURE_INVALID`.
 */
export function classify({ reason, detail }: Finding): VerificationFinding {
  if (reason === "SIGNER_EXPIRED" || reason === "SIGNER_REVOKED") return findingOf(reason, detail);
  const meaning = MEANINGS.find(([pattern]) => pattern.test(detail))?.[1];
  return findingOf(meaning ?? reason, detail);
}
