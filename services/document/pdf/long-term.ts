import { Refusal } from "../../domain/refusal.ts";
import type { TrustAnchors } from "../../trust/anchors.ts";
import { prepareStamp, rangeDigest, writeToken } from "../../trust/long-term/document-stamp.ts";
import type { GrownPdf } from "../../trust/long-term/grown-pdf.ts";
import { MAX_APPENDED_BYTES, MAX_REVISIONS } from "../../trust/long-term/read-revisions.ts";
import { appendStore } from "../../trust/long-term/security-store.ts";
import { fillNeeds } from "../../trust/long-term/validation-data.ts";
import type { RevocationLists } from "../../trust/revocation.ts";
import type { StampedContent } from "../../trust/time-stamp/imprint.ts";
import type { TimeStampTrust } from "../../trust/time-stamp/verify-token.ts";
import type { SignatureLevel } from "../../trust/verification/report.ts";
import { examine } from "./long-term-examine.ts";
import { storeAddition } from "./long-term-store.ts";

/** Authorities of signatures and of time stamps, and their revocation lists: what goes into the file comes from here. */
export interface LongTermTrust {
  trust: TrustAnchors;
  revocation?: RevocationLists;
  timeStamps?: TimeStampTrust & { revocation?: RevocationLists };
}

/** How a signed PDF is to be extended. */
export interface ExtendOptions extends LongTermTrust {
  /** `B-T`: a document time stamp, where nothing proves yet when it was signed. */
  level: Exclude<SignatureLevel, "B-B">;
  /** Gets a token (DER) over a content; needed for document time stamps. */
  stamp?: (content: StampedContent) => Promise<Uint8Array>;
  /** The time now. */
  at: Date;
  /** Called behind each revision that was appended. */
  onRevision?: (kind: "store" | "stamp", bytes: number) => void;
}

/**
 * Extends a signed PDF to a level of PAdES baseline (EN 319 142-1 §6) by appending to it: the octets handed in stay the first
 * ones of the result. B-LT appends the certificates and revocation lists of all chains, and depends on nothing but the file
 * and those lists. B-LTA appends a document time stamp over that; asked of a file that has the level already, it renews: lists for the
 * last time stamp, and a new one.
 *
 * Refuses a file whose signature is not good (its reason), or that has other things appended (`SIGNATURE_INVALID`);
 * `LONG_TERM_INCOMPLETE` where a list is missing, has ended, or is older than the signature, or nothing proves when it was
 * signed; `SIGNER_REVOKED`; the refusals of `stamp`; `TOO_LARGE` beyond what verifiers read.
 */
export async function extendPdf(pdf: Uint8Array, options: ExtendOptions): Promise<Uint8Array> {
  let file: Buffer = Buffer.from(pdf);
  let view = examine(file, options);
  if (view.time === undefined && options.level === "B-T") await stamp();
  if (options.level === "B-T") return file;
  if (view.time === undefined) throw unstamped();
  store();
  if (options.level === "B-LT") return file;
  await stamp();
  // The authority of the new time stamp may be another than that of the one before.
  store();
  return file;

  function store(): void {
    const { grown } = view;
    const filled = fillNeeds(view.needs, grown.stored.lists, options.at);
    const addition = storeAddition(grown.state, filled);
    if (addition.added.length === 0) return;
    append(appendStore(grown.state, addition), "store");
  }

  async function stamp(): Promise<void> {
    if (options.stamp === undefined) throw new Refusal("LONG_TERM_INCOMPLETE", "no time stamp authority is configured");
    const pending = prepareStamp(view.grown.state);
    if (pending === undefined) throw foreign();
    const whole = Buffer.concat([file, pending.bytes]);
    const token = await options.stamp((hash) => rangeDigest(whole, pending.byteRange, hash));
    if (!writeToken(whole, pending.byteRange, token)) {
      throw new Refusal("TIME_STAMP_BAD", `its token of ${token.length} bytes does not fit into the place for it`);
    }
    append({ bytes: whole.subarray(file.length) }, "stamp");
  }

  function append(revision: { bytes: Buffer } | undefined, kind: "store" | "stamp"): void {
    if (revision === undefined) throw foreign();
    file = Buffer.concat([file, revision.bytes]);
    checkSize(view.grown, file);
    view = examine(file, options);
    options.onRevision?.(kind, revision.bytes.length);
  }
}

/** The level that a good file has by itself and by what stands behind its signature. Refuses as {@link extendPdf}. */
export function levelOfPdf(pdf: Uint8Array, options: LongTermTrust & { at: Date }): SignatureLevel {
  return examine(Buffer.from(pdf), options).level();
}

function checkSize({ original, revisions }: GrownPdf, file: Buffer): void {
  if (file.length - original.length > MAX_APPENDED_BYTES) {
    const most = `more than ${MAX_APPENDED_BYTES} bytes`;
    throw new Refusal("TOO_LARGE", `the data for the long term take ${most}: the revocation lists are too large`);
  }
  if (revisions.length >= MAX_REVISIONS) {
    throw new Refusal("TOO_LARGE", `the file has ${MAX_REVISIONS} revisions already`);
  }
}

function unstamped(): Refusal {
  return new Refusal("LONG_TERM_INCOMPLETE", "nothing proves when it was signed: the signature bears no time stamp", {
    fields: [
      {
        field: "long_term",
        description: "the signature bears no time stamp that counts",
        remedy: "extend it to B-T first, and to B-LT when the authorities have published their next revocation lists",
      },
    ],
  });
}

function foreign(): Refusal {
  return new Refusal("INVALID_FIELD", "the file has not the form of a face: nothing can be appended to it");
}
