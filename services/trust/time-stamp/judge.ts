import type { TrustAnchors } from "../anchors.ts";
import type { Finding, SignatureReport } from "../report.ts";
import { type TimeStampTrust, verifyTimeStampToken } from "./verify-token.ts";

/**
 * Judges the time stamp that came with a signature value. One that is damaged, of something else, or made by an authority that
 * could not make it then, is held against the signature: whoever made the signature would not have put it there. One of an
 * authority that is not trusted here is only told.
 */
export function judgeTimeStamp(
  token: Uint8Array | undefined,
  signature: Uint8Array,
  options: { trust: TrustAnchors; timeStamps?: TimeStampTrust },
): { findings: Finding[]; facts: Pick<SignatureReport, "timeStamp"> } {
  if (token === undefined) return { findings: [], facts: {} };
  const { trust, timeStamps = { trust: { ...trust, anchors: [] } } } = options;
  const report = verifyTimeStampToken(token, signature, timeStamps);
  const bad = report.findings.filter(({ reason }) => reason !== "SIGNER_UNTRUSTED");
  return {
    findings: bad.map(({ detail }) => ({ reason: "SIGNATURE_INVALID", detail: `time stamp: ${detail}` })),
    facts: { timeStamp: report },
  };
}
