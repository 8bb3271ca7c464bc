import { Refusal } from "../../domain/refusal.ts";
import { childrenOf, type DerElement, expectTag, malformed, readDer, TAG } from "../der.ts";
import { readNamedBits, readSmallInteger, readText } from "../der-read.ts";

/** Largest answer that is read, in bytes: a token with a chain of RSA certificates has some 6 KB. */
export const MAX_ANSWER_BYTES = 64 << 10;

/** PKIFailureInfo (RFC 3161 §2.4.2) by number. */
const FAILURES: Readonly<Record<number, string>> = {
  0: "badAlg",
  2: "badRequest",
  5: "badDataFormat",
  14: "timeNotAvailable",
  15: "unacceptedPolicy",
  16: "unacceptedExtension",
  17: "addInfoNotAvailable",
  25: "systemFailure",
};

/**
 * Takes the token (DER) out of a TimeStampResp (RFC 3161 §2.4.2). Trusts nothing: see `verifyTimeStampToken`. Refuses
 * (`INVALID_FIELD`) what is none, or over 64 KiB; (`TIME_STAMP_BAD`) the answer of an authority that grants nothing, with its
 * failure named.
 */
export function readTimeStampResponse(der: Uint8Array): Uint8Array {
  const [info, token, surplus] = childrenOf(readDer(der, MAX_ANSWER_BYTES), TAG.sequence);
  const [status, ...details] = childrenOf(expectTag(info, TAG.sequence));
  if (surplus !== undefined) throw malformed("TimeStampResp has two members at most");
  const granted = readSmallInteger(status);
  // 0 granted, 1 granted with modifications; the others bear no token.
  if (granted <= 1) return expectTag(token, TAG.sequence).raw;
  const said = details.flatMap(failure).join("; ");
  throw new Refusal("TIME_STAMP_BAD", `the authority grants nothing (status ${granted}): ${said}`, {
    metadata: { status: String(granted) },
  });
}

/** The authority's own words, bounded and without control characters, and the names of its failure bits. */
function failure(element: DerElement): string[] {
  if (element.tag === TAG.bitString) return [...readNamedBits(element)].map((bit) => FAILURES[bit] ?? `failure ${bit}`);
  return childrenOf(element, TAG.sequence).map((text) => readText(text).replace(/\p{C}/gu, " ").slice(0, 200));
}
