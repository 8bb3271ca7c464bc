import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { findingOf, type VerificationFinding } from "../../statement/finding.ts";
import type { SealVerifyOptions } from "../seal/verify-seal.ts";
import { readMessageView } from "./message-view.ts";
import { messageFacts } from "./open-message.ts";
import type { OpenedDocument } from "./opened.ts";
import type { AlteredPart } from "./report.ts";
import type { OfdOpener, OfdVerification } from "./sources.ts";

/** Opens a signed OFD package with the reader given. Never throws, as the reader does not. */
export function openOfd(bytes: Uint8Array, opener: OfdOpener, options: SealVerifyOptions): OpenedDocument {
  const verify = opener(bytes);
  const judge = (at: Date) => verify({ ...options, at });
  const first = judge(options.at);
  const findings: VerificationFinding[] = [];
  const opened: OpenedDocument = { findings, altered: alteredParts(first), judge };
  if (first.coveredSha256 !== undefined) opened.face = { format: "ofd", sha256: first.coveredSha256 };
  if (first.message !== undefined) {
    try {
      Object.assign(opened, messageFacts(readMessageView(first.message)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      findings.push(findingOf("FORMAT_DAMAGED", `attached ${error.message}`));
    }
  }
  for (const remark of first.foreign ?? []) findings.push(findingOf("FORM_FOREIGN", remark));
  for (const notice of first.notices ?? []) findings.push(findingOf("SEAL_NOTICE", notice));
  if (first.seal !== undefined) opened.seal = first.seal;
  // A signature by seal gives its own time, which the signer signed as well. Programs write local Chinese time, or UTC with its Z.
  const time = first.claimedTime ?? new Date(instantOf(first.signedAt));
  if (!Number.isNaN(time.getTime())) opened.claimedTime = time;
  return opened;
}

function alteredParts({ altered, added, missing }: OfdVerification): AlteredPart[] {
  return [
    ...altered.flatMap((path) => partsOf(path, "altered")),
    ...added.flatMap((path) => partsOf(path, "added")),
    ...missing.flatMap((path) => partsOf(path, "missing")),
  ];
}

/** The file, and the page that it is the content of. */
function partsOf(path: string, change: AlteredPart["change"]): AlteredPart[] {
  const page = /\/Pages\/Page_(\d{1,4})\//.exec(path)?.[1];
  const file: AlteredPart = { kind: "file", name: path, change };
  return page === undefined ? [file] : [file, { kind: "page", name: String(Number(page) + 1), change }];
}
