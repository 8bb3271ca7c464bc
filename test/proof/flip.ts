import { SIGN_PATH } from "../../services/document/ofd/sign-ofd.ts";
import { openZip } from "../../services/document/ofd/zip-read.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";

/** A part of a file: octets from `start` up to `end`. */
export interface Part {
  name: string;
  start: number;
  end: number;
}

/** A bit of a file. */
export interface Bit {
  part: string;
  octet: number;
  bit: number;
}

/** The file with one bit the other way round. */
export function flipped(bytes: Uint8Array, { octet, bit }: Bit): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(octet) ^ (1 << bit), octet);
  return copy;
}

/** So many bits at random, each part in its turn, so that small parts are hit as often as large ones. */
export function chooseBits(parts: readonly Part[], below: (limit: number) => number, amount: number): Bit[] {
  const names = [...new Set(parts.map(({ name }) => name))];
  const first = below(names.length);
  return Array.from({ length: amount }, (_, i) => {
    const name = names[(first + i) % names.length] as string;
    const among = parts.filter((part) => part.name === name);
    const { start, end } = among[below(among.length)] as Part;
    return { part: name, octet: start + below(end - start), bit: below(8) };
  });
}

/** Parts of a signed PDF: every octet is protected, the signature value by itself. */
export function partsOfPdf(pdf: Uint8Array): Part[] {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const { byteRange, cms } = locateSignature(pdf);
  const [, open, close] = byteRange;
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(file.toString("latin1"))?.[1]);
  const trailer = file.indexOf("trailer", table);
  const object = file.lastIndexOf(" obj", open);
  const filled = open + 1 + cms.length * 2;
  return [
    { name: "objects", start: 0, end: object },
    { name: "signature dictionary", start: object, end: open },
    { name: "signature value", start: open, end: filled },
    { name: "zeros behind the signature", start: filled, end: close },
    { name: "signature dictionary", start: close, end: file.indexOf("endobj", close) },
    ...(table > close ? [{ name: "objects", start: file.indexOf("endobj", close), end: table }] : []),
    { name: "cross-reference table", start: table, end: trailer },
    { name: "trailer", start: trailer, end: file.length },
  ].filter(({ start, end }) => end > start);
}

/** Parts of a signed OFD: every octet of the archive. */
export function partsOfOfd(ofd: Uint8Array): Part[] {
  const file = Buffer.from(ofd.buffer, ofd.byteOffset, ofd.byteLength);
  const { offsets, files } = openZip(file);
  const directory = file.readUInt32LE(file.length - 6);
  const starts = [...offsets.values(), directory];
  const own: Record<string, string> = {
    [SIGN_PATH.signature]: "signature file",
    [SIGN_PATH.value]: "signature value",
    [SIGN_PATH.archive]: "digest of the archive",
    [SIGN_PATH.seal]: "electronic seal",
  };
  const parts: Part[] = [
    { name: "directory", start: directory, end: file.length - 22 },
    { name: "end of directory", start: file.length - 22, end: file.length },
  ];
  for (const [i, path] of [...files.keys()].entries()) {
    const [start, end] = [starts[i] as number, starts[i + 1] as number];
    const content = start + 30 + path.length;
    parts.push({ name: "header of a file", start, end: content });
    if (content === end) continue;
    parts.push({ name: own[path] ?? "packed files", start: content, end });
    if (own[path] === undefined) parts.push({ name: "last octet of a packed file", start: end - 1, end });
  }
  return parts;
}

/** A file that is protected from end to end. */
export function wholeFile(name: string, bytes: Uint8Array): Part[] {
  return [{ name, start: 0, end: bytes.length }];
}
