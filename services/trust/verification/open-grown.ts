import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import type { VerifyOptions } from "../cms-verify.ts";
import { type GrownPdf, openGrownPdf } from "../long-term/grown-pdf.ts";
import {
  type DocumentStamp,
  documentStamps,
  judgeGrown,
  longTermLevel,
  signerRevocation,
} from "../long-term/judge-grown.ts";
import { verifyPades } from "../pades.ts";
import type { OpenedDocument } from "./opened.ts";
import { appendedParts } from "./pdf-appended.ts";
import { faceOf } from "./pdf-face.ts";
import { pdfFacts } from "./pdf-facts.ts";
import { hiddenContent } from "./pdf-hiding.ts";
import { timeStampStanding } from "./time-stamp-standing.ts";

/**
 * Opens a PDF to which something was appended behind its signature, which covers `end` octets. Only additions to the security
 * store and document time stamps are let pass. `options.at` is the time of verification.
 */
export function openGrown(file: Buffer, end: number, options: VerifyOptions): OpenedDocument {
  const grown = openGrownPdf(file, anchorsOf(options));
  const original = file.subarray(0, end);
  if ("different" in grown && grown.different !== undefined) {
    const from = "state" in grown ? grown.state.end : end;
    const earlier = verifyPades(original, { ...options, at: new Date(0) });
    const good = earlier.signer === undefined ? "is not good either" : "is as it was signed";
    const behind = `octets were appended behind the signed revision, which ends at ${end} and ${good}`;
    const code = "tooLarge" in grown ? "TOO_LARGE" : "CONTENT_ADDED";
    return {
      findings: [findingOf(code, `${behind}: ${grown.different}`)],
      altered: appendedParts(file, from),
      judge: (at) => verifyPades(original, { ...options, at }),
    };
  }
  return opened(grown as GrownPdf, options);
}

function anchorsOf({ trust, timeStamps }: VerifyOptions) {
  return [...trust.anchors, ...(timeStamps?.trust.anchors ?? [])];
}

function opened(grown: GrownPdf, options: VerifyOptions): OpenedDocument {
  const { plain, stored } = grown;
  const { findings, stamps, lasts } = standingOf(documentStamps(grown, options), options.at);
  findings.push(...stored.faults.map((fault) => findingOf("LONG_TERM_DATA_INVALID", fault)));
  findings.push(...hiddenContent(plain).map((remark) => findingOf("HIDDEN_CONTENT", remark)));
  const revocation = signerRevocation(grown, options);
  return {
    findings,
    altered: [],
    ...pdfFacts(plain),
    ...faceOf(grown.original),
    ...(revocation !== undefined && { revocation }),
    judge: (at) => judgeGrown(grown, { ...options, at }, stamps),
    longTerm: { level: (report) => longTermLevel(grown, report, stamps, options), lasts },
  };
}

/**
 * Document time stamps that count, and what is to be said of them; `lasts` where the authority of the last one does. Each is judged
 * as of the next one that counts, which covers it, and the last one as of now.
 */
function standingOf(all: readonly DocumentStamp[], now: Date) {
  const findings: VerificationFinding[] = [];
  const stamps: DocumentStamp[] = [];
  for (const [index, bare] of [...all.entries()].toReversed()) {
    const provedBy = stamps[0]?.stamp?.time;
    const stamp = { ...bare, ...(provedBy !== undefined && { provedBy }) };
    const bad = stamp.findings.filter(({ reason }) => reason !== "SIGNER_UNTRUSTED");
    const standing = timeStampStanding(stamp, now);
    if (standing.timeStamp !== undefined) stamps.unshift(stamp);
    // A later one renews those before it.
    const told =
      index === all.length - 1 ? standing.findings : standing.findings.filter(({ code }) => code !== "TIME_STAMP_AGED");
    findings.unshift(
      ...bad.map(({ detail }) => findingOf("TIME_STAMP_INVALID", `document time stamp ${index + 1}: ${detail}`)),
      ...told,
    );
  }
  const last = stamps.at(-1)?.signer;
  return { findings, stamps, lasts: last !== undefined && last.notAfter >= now };
}
