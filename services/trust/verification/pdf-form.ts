import { type PdfTokens, readTokens } from "./pdf-tokens.ts";

/** An object of a plain file. */
export interface PdfObject extends PdfTokens {
  number: number;
  /** Its text without the content of its stream, Latin-1. */
  text: string;
  /** Raw content of its stream, where it has one. */
  stream?: Buffer;
}

/** A file in plain form: every octet belongs to the header, to one object, or to the one table behind them. */
export interface PlainPdf {
  objects: ReadonlyMap<number, PdfObject>;
  trailer: PdfTokens;
  /** Text of the trailer dictionary, and offset of the table before it. */
  trailerText: string;
  tableAt: number;
}

const MAX_OBJECTS = 50_000;
/** Most names and references in all dictionaries together. */
const MAX_WORDS = 200_000;
const END = /startxref[\r\n]+(\d{1,10})[\r\n]+%%EOF[\r\n]*$/;
const ROW = /^(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)$/;

/**
 * Reads a PDF in the plain form in which this platform writes faces (and many writers do): one revision, one classic
 * cross-reference table, objects back to back, no object streams. Returns what is different otherwise: it need not be
 * wrong, but what such a file can be made to show cannot be told by looking at its octets once.
 */
export function readPlainPdf(file: Buffer): PlainPdf | { different: string } {
  const end = END.exec(file.toString("latin1", Math.max(0, file.length - 64)));
  if (end === null) return different("it does not end with startxref and %%EOF");
  const tableAt = Number(end[1]);
  const endAt = file.lastIndexOf("startxref");
  if (tableAt >= endAt || file.toString("latin1", tableAt, tableAt + 4) !== "xref") {
    return different("it has no classic cross-reference table");
  }
  const table = readTable(file, tableAt);
  if (table === undefined) return different("its cross-reference table has another form");
  const behindTable = file.toString("latin1", table.end, endAt);
  const trailerText = behindTable.replace(/^\s*trailer/, "").trim();
  const trailer = readTokens(trailerText);
  if (trailer === undefined || !/^\s*trailer/.test(behindTable)) return different("it has no trailer");
  for (const name of ["Prev", "XRefStm", "Encrypt"]) {
    if (trailer.names.includes(name)) return different(`its trailer has a /${name}`);
  }
  const starts = table.entries.sort((a, b) => a.offset - b.offset);
  const first = starts[0]?.offset ?? tableAt;
  if (first > 1024 || !/^%PDF-(?:[^\r\n]*[\r\n]+)(?:%[^\r\n]*[\r\n]+)*$/.test(file.toString("latin1", 0, first))) {
    return different("something stands between its header and its first object");
  }
  const objects = new Map<number, PdfObject>();
  let words = 0;
  for (const [index, { number, offset }] of starts.entries()) {
    const object = readObject(file, number, offset, starts[index + 1]?.offset ?? tableAt);
    if (object === undefined) return different(`object ${number} is not where and what the table says`);
    words += object.names.length + object.references.length;
    if (words > MAX_WORDS) return different("it says more in its dictionaries than any face does");
    objects.set(number, object);
  }
  return { objects, trailer, trailerText, tableAt };
}

function readTable(
  file: Buffer,
  at: number,
): { entries: { number: number; offset: number }[]; end: number } | undefined {
  const head = /^xref\s+0 (\d{1,6})\s*?(?:\r\n|\n|\r)/.exec(file.toString("latin1", at, at + 32));
  const count = Number(head?.[1] ?? Number.NaN);
  if (head === null || !(count >= 1 && count <= MAX_OBJECTS)) return undefined;
  const entries: { number: number; offset: number }[] = [];
  const rows = at + head[0].length;
  for (let number = 0; number < count; number++) {
    const row = ROW.exec(file.toString("latin1", rows + number * 20, rows + number * 20 + 20));
    if (row === null || (row[3] === "n") !== number > 0 || (number > 0 && row[2] !== "00000")) return undefined;
    if (number > 0) entries.push({ number, offset: Number(row[1]) });
  }
  return { entries, end: rows + count * 20 };
}

function readObject(file: Buffer, number: number, offset: number, end: number): PdfObject | undefined {
  const text = file.toString("latin1", offset, end);
  const body = /^(\d+) 0 obj\s/.exec(text);
  const close = /\sendobj\s*$/.exec(text.slice(-24));
  if (body === null || close === null || Number(body[1]) !== number) return undefined;
  const inner = text.slice(body[0].length, text.length - close[0].length);
  const stream = /\bstream\r?\n/.exec(inner);
  const dictionary = stream === null ? inner : inner.slice(0, stream.index);
  const tokens = readTokens(dictionary);
  if (tokens === undefined || /\bendobj\b/.test(dictionary) || tokens.names.includes("ObjStm")) return undefined;
  if (stream === null) return { number, text: dictionary, ...tokens };
  const length = Number(/\/Length (\d+)\b(?! \d+ R)/.exec(dictionary)?.[1] ?? Number.NaN);
  const from = offset + body[0].length + stream.index + stream[0].length;
  const behind = inner.slice(stream.index + stream[0].length + length);
  if (!Number.isFinite(length) || !/^\s*endstream\s*$/.test(behind)) return undefined;
  return { number, text: dictionary, stream: file.subarray(from, from + length), ...tokens };
}

function different(what: string): { different: string } {
  return { different: what };
}
