import { Refusal } from "../../domain/refusal.ts";
import type { Certificate } from "../certificate.ts";
import type { ListReader } from "../list-memory.ts";
import { locateSignature, type PdfSignature } from "../pades-locate.ts";
import { type PlainPdf, readPlainPdf } from "../verification/pdf-form.ts";
import { type ByteRange, contentsKey } from "./document-stamp.ts";
import { firstState } from "./pdf-state.ts";
import { type ReadRevisions, readRevisions } from "./read-revisions.ts";
import { readStoredData, type StoredData } from "./stored-data.ts";

/** A signed PDF and what was appended to it for the long term, read and not yet believed. */
export interface GrownPdf extends ReadRevisions {
  file: Buffer;
  /** The file as it was signed. */
  original: Buffer;
  plain: PlainPdf;
  stored: StoredData;
  /** Keys of the signature and of each document time stamp in the store. */
  keys: string[];
}

const RANGE = /^\/ByteRange\s*\[\s*0\s+\d{1,10}\s+(\d{1,10})\s+(\d{1,10})\s*\]/;

/** Where the first signature of a file ends what it covers; `undefined` where none does within the file. */
export function signedEnd(file: Buffer): number | undefined {
  const at = file.indexOf("/ByteRange");
  const found = at < 0 ? null : RANGE.exec(file.toString("latin1", at, at + 128));
  const end = Number(found?.[1]) + Number(found?.[2]);
  return end <= file.length ? end : undefined;
}

/**
 * Takes a signed PDF apart into the revision that was signed and the ones behind it. Returns what is different where the signed
 * one is no plain face with one signature over all of it.
 */
export function openGrownPdf(
  file: Buffer,
  anchors: readonly Certificate[],
  readList?: ListReader,
): GrownPdf | { different: string } {
  const end = signedEnd(file);
  if (end === undefined) return { different: "it bears no signature that ends within it" };
  const original = file.subarray(0, end);
  const plain = readPlainPdf(original);
  if ("different" in plain) return plain;
  const first = firstState(plain, end);
  if ("different" in first) return first;
  const signed = signedRange(original);
  if ("different" in signed) return signed;
  const read = readRevisions(file, first);
  const ranges = read.revisions.flatMap((one): ByteRange[] => (one.kind === "stamp" ? [one.byteRange] : []));
  const keys = [signed.byteRange, ...ranges].map((range) => contentsKey(file, range));
  const stored = readStoredData(read.revisions, anchors, keys, readList);
  return { file, original, plain, stored, keys, ...read };
}

/** The range of the signature, or what the strict reader holds against it. */
function signedRange(original: Buffer): Pick<PdfSignature, "byteRange"> | { different: string } {
  try {
    return locateSignature(original);
  } catch (error) {
    if (error instanceof Refusal) return { different: error.message };
    throw error;
  }
}
