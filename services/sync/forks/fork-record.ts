import { Refusal } from "../../domain/refusal.ts";
import { messageSha256Of } from "../../record/certificate-release.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import type { ArchivedCertificate } from "../archive/archived-certificate.ts";
import type { Fork } from "../archive/keep-record.ts";
import { isReadable, recordIn } from "../archive/stored-record.ts";
import { isCount, isDigest } from "../wire/signed-event.ts";

/** What is known of one of two records. */
export interface ForkSide {
  /** SHA-256 (hex) of the record. */
  sha256: string;
  fixedDigest: string;
  messageSha256: string;
  issuedAt: string;
  state: string;
  recordRevision: number;
}

/** Two records under one identifier, which is `_id`. One of them is archived; the other is kept here. */
export interface ForkDocument extends Stored {
  node: string;
  /** RFC 3339. */
  since: string;
  kind: "certificate" | "history";
  /**
   * `open`: nobody has decided yet. `told`: decided for the archived one, and the issuing node may still have the other, so that it is told
   * that its own does not count. `settled`: decided, and all have the same.
   */
  stage: "open" | "told" | "settled";
  /** The archived one when the other came, or when it was decided. */
  kept: ForkSide;
  other: ForkSide;
  /** The other `CertificateRecord`, base64, as long as nobody has decided. Absent where there was no room for it: the issuing node has it. */
  record?: string;
  /** 1 where `record` is kept. */
  held?: 1;
  /** Records beyond these two that came, by their SHA-256; a few. */
  further: string[];
  /** Records that were decided against; a few. */
  lost: ForkSide[];
}

/** The collection of second records. */
export const FORKS: CollectionSpec = {
  name: "forks",
  indexes: [
    { name: "stage", fields: ["stage", "since"] },
    { name: "node", fields: ["stage", "node", "since"] },
    { name: "held", fields: ["node", "held"] },
  ],
};

/** Holds that a stored fork is one, whatever it holds. Throws `RECORD_UNREADABLE`. */
export function checkFork(document: ForkDocument): void {
  const { node, since, kind, stage, kept, other, further, lost, record } = document;
  const sound =
    [node, since].every((text) => typeof text === "string") &&
    ["certificate", "history"].includes(kind) &&
    ["open", "told", "settled"].includes(stage) &&
    Array.isArray(further) &&
    Array.isArray(lost) &&
    [kept, other, ...lost].every(isSide) &&
    ["string", "undefined"].includes(typeof record);
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the fork lacks members or has wrong ones");
}

function isSide(side: ForkSide | undefined): boolean {
  const { sha256, fixedDigest, messageSha256, issuedAt, state, recordRevision } = side ?? ({} as Partial<ForkSide>);
  return (
    [sha256, fixedDigest, messageSha256].every(isDigest) &&
    [issuedAt, state].every((text) => typeof text === "string") &&
    isCount(recordRevision)
  );
}

/** An archived document as one of two records. Throws `RECORD_UNREADABLE`. */
export function sideOf(document: ArchivedCertificate): ForkSide {
  const { payloadSha256: sha256, fixedDigest, state, recordRevision } = document;
  const record = recordIn(document);
  return {
    sha256,
    fixedDigest,
    messageSha256: messageSha256Of(record),
    issuedAt: record.issuedAt,
    state,
    recordRevision,
  };
}

/** An open fork with the newest record of whichever certificate is archived: that goes on beside the other one. */
export function asArchived(row: ForkDocument, archived: ArchivedCertificate | undefined): ForkDocument {
  if (row.stage !== "open" || !archived || !isReadable(archived)) return row;
  const { fixedDigest, payloadSha256 } = archived;
  // Of two histories both have the digest of what never changes.
  const exchanged = payloadSha256 === row.other.sha256 || fixedDigest !== row.kept.fixedDigest;
  if (!exchanged) return { ...row, kept: sideOf(archived) };
  return fixedDigest === row.other.fixedDigest ? { ...row, other: sideOf(archived) } : row;
}

/** Whether a record was decided against before, or is another revision of a certificate that was. */
export function isLost({ lost }: ForkDocument, { forked, document }: Fork): boolean {
  return lost.some(({ fixedDigest, sha256 }) =>
    forked === "certificate" ? fixedDigest === document.fixedDigest : sha256 === document.payloadSha256,
  );
}

/** Records that are remembered as decided against, or as further ones, of one identifier. */
const REMEMBERED = 16;

/** A list with one more at its end, and no more than are remembered. */
export function withOne<T>(list: readonly T[], one: T): T[] {
  return [...list, one].slice(-REMEMBERED);
}
