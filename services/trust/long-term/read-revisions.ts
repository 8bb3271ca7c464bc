import { Refusal } from "../../domain/refusal.ts";
import { readContents } from "../pades-locate.ts";
import { type ByteRange, prepareStamp } from "./document-stamp.ts";
import type { PdfState, StoreEntry, StoreUse } from "./pdf-state.ts";
import { appendStore, readStore } from "./security-store.ts";

/** A revision behind the signature: an addition to the security store, or a document time stamp. */
export type ReadRevision =
  | { kind: "store"; added: readonly StoreEntry[]; uses: readonly StoreUse[] }
  | { kind: "stamp"; byteRange: ByteRange; token: Uint8Array };

/** What stands behind a signature, up to the end or to what does not belong there. */
export interface ReadRevisions {
  revisions: ReadRevision[];
  /** Where the next revision goes. */
  state: PdfState;
  /** What is wrong with what stands at `state.end`; absent where the file ends there. */
  different?: string;
  /** There is more of it than is read, whatever it is. */
  tooLarge?: true;
}

/** Most revisions behind a signature: a document time stamp and six renewals, each with its lists, which last decades. */
export const MAX_REVISIONS = 16;
/** Most octets behind a signature, and most objects in one revision. */
export const MAX_APPENDED_BYTES = 4 << 20;
const MAX_OBJECTS = 64;

/**
 * Reads the revisions behind the signed one, whose state is given. Allowed are additions to the security store and document
 * time stamps, and only in the form in which this platform writes them: each is read for what it brings, written again from
 * that, and compared octet by octet. So nothing else can be in it: no changed page, font or form, no object that shows, no
 * other chain of cross-reference tables. Linear in the length of the file.
 */
export function readRevisions(file: Buffer, first: PdfState): ReadRevisions {
  const revisions: ReadRevision[] = [];
  let state = first;
  const stop = (different: string): ReadRevisions => ({ revisions, state, different });
  const tooLarge = (detail: string): ReadRevisions => ({ ...stop(`more than ${detail} are appended`), tooLarge: true });
  if (file.length - first.end > MAX_APPENDED_BYTES) return tooLarge(`${MAX_APPENDED_BYTES} bytes`);
  while (state.end < file.length) {
    if (revisions.length === MAX_REVISIONS) return tooLarge(`${MAX_REVISIONS} revisions`);
    const objects = readObjects(file, state.end);
    if (typeof objects === "string") return stop(objects);
    const read = objects.some(({ text }) => text.startsWith("<</Type /DocTimeStamp "))
      ? readStampRevision(file, state)
      : readStoreRevision(file, state, objects);
    if (read === undefined) return stop(describe(state, objects));
    revisions.push(read.revision);
    state = read.state;
  }
  return { revisions, state };
}

interface AppendedObject {
  number: number;
  /** Text before its stream. */
  text: string;
  content?: Buffer;
}

const HEAD = /^(\d{1,7}) 0 obj\n/;
const STREAM = /^<<\/Length (\d{1,8})>>\nstream\n/;
/** Longest text of an object without a stream that is looked at. */
const MAX_TEXT = 128 << 10;

/** The objects up to the cross-reference table, as loosely as it takes to know what the revision brings. */
function readObjects(file: Buffer, start: number): AppendedObject[] | string {
  const objects: AppendedObject[] = [];
  for (let at = start; file.toString("latin1", at, at + 5) !== "xref\n"; ) {
    if (objects.length === MAX_OBJECTS) return `a revision has more than ${MAX_OBJECTS} objects`;
    const head = HEAD.exec(file.toString("latin1", at, at + 16));
    if (head === null) return "octets are appended that are no revision of the form allowed";
    const from = at + head[0].length;
    const stream = STREAM.exec(file.toString("latin1", from, from + 32));
    const contentAt = from + (stream?.[0].length ?? 0);
    const contentEnd = contentAt + Number(stream?.[1] ?? 0);
    const end = file.indexOf("\nendobj\n", contentEnd);
    if (end < 0 || end - contentEnd > MAX_TEXT) return `object ${head[1]} of a revision does not end`;
    const text = stream === null ? file.toString("latin1", from, end) : stream[0];
    const content = stream === null ? {} : { content: file.subarray(contentAt, contentEnd) };
    objects.push({ number: Number(head[1]), text, ...content });
    at = end + "\nendobj\n".length;
  }
  return objects;
}

function readStoreRevision(file: Buffer, state: PdfState, objects: readonly AppendedObject[]) {
  const streams = objects.flatMap(({ number, content }) => (content === undefined ? [] : [{ number, content }]));
  const store = objects.find(({ text }) => text.startsWith("<</Type /DSS "));
  const addition = store && readStore(store.text, streams);
  const written = addition && appendStore(state, addition);
  if (written === undefined || !stands(file, state.end, written.bytes)) return undefined;
  const { entries, uses } = written.state;
  const revision: ReadRevision = { kind: "store", added: entries.slice(state.entries.length), uses };
  return { revision, state: written.state };
}

function readStampRevision(file: Buffer, state: PdfState) {
  const pending = prepareStamp(state);
  if (pending === undefined) return undefined;
  const { byteRange, bytes } = pending;
  const [, a, b] = byteRange;
  const gap = file.toString("latin1", a + 1, b - 1);
  bytes.write(gap, a + 1 - state.end, "latin1");
  if (!stands(file, state.end, bytes)) return undefined;
  try {
    return { revision: { kind: "stamp", byteRange, token: readContents(gap) } as const, state: pending.state };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function stands(file: Buffer, at: number, bytes: Buffer): boolean {
  return file.subarray(at, at + bytes.length).equals(bytes);
}

/** Names what a refused revision does, as far as that can be told in one sentence. */
function describe({ size, catalog, page }: PdfState, objects: readonly AppendedObject[]): string {
  const redefined = objects.filter(({ number }) => number < size && number !== catalog.number);
  const first = redefined.find(({ number }) => number !== page.number) ?? redefined[0];
  if (first !== undefined) {
    const type = /\/Type\s*\/(\w{1,20})/.exec(first.text)?.[1];
    return `a revision changes object ${first.number}${type === undefined ? "" : ` (${type})`}`;
  }
  return "a revision is neither an addition to the security store nor a document time stamp in the form allowed";
}
