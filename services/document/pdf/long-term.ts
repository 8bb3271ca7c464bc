import { Refusal, refuseField } from "../../domain/refusal.ts";
import { type ByteRange, prepareStamp, rangeDigest, writeToken } from "../../trust/long-term/document-stamp.ts";
import type { GrownPdf } from "../../trust/long-term/grown-pdf.ts";
import { MAX_APPENDED_BYTES, MAX_REVISIONS } from "../../trust/long-term/read-revisions.ts";
import { appendStore } from "../../trust/long-term/security-store.ts";
import { fillNeeds } from "../../trust/long-term/validation-data.ts";
import type { SignatureLevel } from "../../trust/verification/report.ts";
import { examine } from "./long-term-examine.ts";
import type { ExtendOptions, ExtensionOptions, LongTermTrust } from "./long-term-options.ts";
import { storeAddition } from "./long-term-store.ts";

/** A file that waits for a document time stamp. */
export interface PendingExtension {
  /** The file up to the end of the revision that the token goes into. */
  file: Buffer;
  /** Where that revision begins. */
  from: number;
  /** What the token is over; its digest is `rangeDigest`. */
  byteRange: ByteRange;
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
export async function extendPdf(pdf: Uint8Array, { stamp, ...options }: ExtendOptions): Promise<Uint8Array> {
  const begun = beginExtension(pdf, { ...options, stamps: stamp !== undefined });
  if (!("byteRange" in begun) || stamp === undefined) return begun.file;
  const token = await stamp((hash) => rangeDigest(begun.file, begun.byteRange, hash));
  return finishExtension(begun, token, options);
}

/**
 * Extends a file as far as it goes without a time stamp authority. `stamps` tells whether one can be asked. Refuses as
 * {@link extendPdf}.
 */
export function beginExtension(
  pdf: Uint8Array,
  options: ExtensionOptions & { stamps: boolean },
): { file: Buffer } | PendingExtension {
  const growing = openGrowing(Buffer.from(pdf), options);
  const unproved = growing.view().time === undefined;
  if (options.level === "B-T") return unproved ? stampNext() : { file: growing.file };
  if (unproved) throw unstamped();
  growing.store();
  return options.level === "B-LT" ? { file: growing.file } : stampNext();

  function stampNext(): PendingExtension {
    if (!options.stamps) throw new Refusal("LONG_TERM_INCOMPLETE", "no time stamp authority is configured");
    const { grown } = growing.view();
    const pending = prepareStamp(grown.state);
    if (pending === undefined) throw foreign();
    const file = Buffer.concat([growing.file, pending.bytes]);
    checkRoom(grown, file);
    return { file, from: growing.file.length, byteRange: pending.byteRange };
  }
}

/** Puts a verified token into the file that waits for it, which is changed, and extends it to its end. Refuses as {@link extendPdf}. */
export function finishExtension(pending: PendingExtension, token: Uint8Array, options: ExtensionOptions): Buffer {
  const { file, from, byteRange } = pending;
  if (!writeToken(file, byteRange, token)) {
    throw new Refusal("TIME_STAMP_BAD", `its token of ${token.length} bytes does not fit into the place for it`);
  }
  const growing = openGrowing(file, options);
  options.onRevision?.("stamp", file.length - from);
  // The authority of the new time stamp may be another than that of the one before.
  if (options.level === "B-LTA") growing.store();
  return growing.file;
}

/** Examines a file, and again behind everything that is put into its security store. */
function openGrowing(original: Buffer, options: ExtensionOptions) {
  let view = examine(original, options);
  const growing = { file: original, view: () => view, store };
  return growing;

  function store(): void {
    const { grown } = view;
    const addition = storeAddition(grown.state, fillNeeds(view.needs, grown.stored.lists, options.at));
    if (addition.added.length === 0) return;
    const revision = appendStore(grown.state, addition);
    if (revision === undefined) throw foreign();
    growing.file = Buffer.concat([growing.file, revision.bytes]);
    checkRoom(grown, growing.file);
    view = examine(growing.file, options);
    options.onRevision?.("store", revision.bytes.length);
  }
}

/** The level that a good file has by itself and by what stands behind its signature. Refuses as {@link extendPdf}. */
export function levelOfPdf(pdf: Uint8Array, options: LongTermTrust & { at: Date }): SignatureLevel {
  return examine(Buffer.from(pdf), options).level();
}

/** Whether verifiers read one more revision, which `file` ends with. */
function checkRoom({ original, revisions }: GrownPdf, file: Buffer): void {
  if (file.length - original.length > MAX_APPENDED_BYTES) {
    throw noRoom(
      `the data for the long term would take more than ${MAX_APPENDED_BYTES} bytes`,
      "ask the authorities for smaller revocation lists (parted, without certificates that have ended), or keep the file, which stays as it is, in an evidence record (RFC 4998)",
      `长期验证资料超过${MAX_APPENDED_BYTES}字节，请索取较小的吊销列表，或以证据记录（RFC 4998）保存原文件`,
    );
  }
  if (revisions.length >= MAX_REVISIONS) {
    throw noRoom(
      `the file has ${MAX_REVISIONS} revisions behind its signature already, and none can be added`,
      "keep the file, which stays as it is, in an evidence record (RFC 4998) before its last time stamp ends, or begin anew with the signed original while its lists can be had",
      `签名之后已有${MAX_REVISIONS}次修订，不能再追加，请以证据记录（RFC 4998）保存原文件，或由签名原件重新追加`,
    );
  }
}

function noRoom(description: string, remedy: string, localized: string): Refusal {
  return refuseField("TOO_LARGE", "long_term", description, remedy, localized);
}

function unstamped(): Refusal {
  return new Refusal("LONG_TERM_INCOMPLETE", "nothing proves when it was signed: the signature bears no time stamp", {
    fields: [
      {
        field: "long_term",
        description: "the signature bears no time stamp that counts",
        remedy: "extend it to B-T first, and to B-LT when the authorities have published their next revocation lists",
        localized: "签名没有可采信的时间戳，请先扩展至B-T，待颁发机构发布下一期吊销列表后再扩展至B-LT",
      },
    ],
  });
}

function foreign(): Refusal {
  return new Refusal("INVALID_FIELD", "the file has not the form of a face: nothing can be appended to it");
}
