import { Faulty } from "../public-page/fault.ts";
import type { Both } from "../public-page/language.ts";

/** Largest files that the contract takes (`VerifyDocumentRequest`). */
export const MAX_DOCUMENT_BYTES = 20_971_520;
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_SIGNATURE_BYTES = 262_144;
/** Largest part that the contract takes (`PutDocumentPartRequest`); a document of one part goes at once. */
export const MAX_PART_BYTES = 262_144;

/** A file as browsers give it. */
export type GivenFile = Pick<File, "name" | "size" | "arrayBuffer">;

/** What is handed in for verification. */
export interface Handed {
  document: Uint8Array;
  messageSignature: Uint8Array;
  message: Uint8Array;
}

type Part = keyof Handed;

const LIMITS: Readonly<Record<Part, readonly [bytes: number, name: Both]>> = {
  document: [MAX_DOCUMENT_BYTES, ["证照文件", "a document"]],
  message: [MAX_MESSAGE_BYTES, ["与证照文件一同验证的数据电文", "a data message beside a document"]],
  messageSignature: [MAX_SIGNATURE_BYTES, ["数据电文的签名", "the signature of a data message"]],
};
const NONE = new Uint8Array();

/**
 * Tells by their content which file is what, and reads them: a PDF or OFD alone; a data message with its signature; or all three together. What
 * is neither goes as the document, and the server says what it is. Throws `Faulty`, before anything is sent.
 */
export async function readGiven(files: readonly GivenFile[]): Promise<Handed> {
  if (files.length === 0) throw new Faulty(["请先选择文件。", "Choose a file first."]);
  for (const { name, size } of files) if (size > MAX_DOCUMENT_BYTES) throw tooLarge(name, size, "document");
  const read = await Promise.all(files.map(async (file) => ({ file, bytes: await bytesOf(file) })));
  const sorted = { pages: read.filter(({ bytes }) => kindOf(bytes) === "other"), ...split(read) };
  const [document, ...more] = [...sorted.pages, ...(sorted.pages.length > 0 ? [] : sorted.messages)];
  const message = sorted.pages.length > 0 ? sorted.messages : [];
  if (!document)
    throw new Faulty([
      "只有签名文件，没有它所签的数据电文，请把两个文件一起选择。",
      "This is a signature alone: choose the data message that it signs together with it.",
    ]);
  if (more.length > 0 || message.length > 1 || sorted.signatures.length > 1)
    throw new Faulty([
      "一次只能验证一份证照：一个 PDF 或 OFD 文件，或一份数据电文和它的签名，请减少所选文件。",
      "One certificate at a time: a PDF or OFD, or a data message and its signature. Choose fewer files.",
    ]);
  const parts = { document, message: message[0], messageSignature: sorted.signatures[0] };
  for (const [part, one] of Object.entries(parts) as [Part, (typeof parts)[Part]][])
    if (one && one.bytes.length > LIMITS[part][0]) throw tooLarge(one.file.name, one.bytes.length, part);
  return {
    document: document.bytes,
    message: parts.message?.bytes ?? NONE,
    messageSignature: parts.messageSignature?.bytes ?? NONE,
  };
}

interface Read {
  file: GivenFile;
  bytes: Uint8Array;
}

function split(read: readonly Read[]): { messages: Read[]; signatures: Read[] } {
  return {
    messages: read.filter(({ bytes }) => kindOf(bytes) === "message"),
    signatures: read.filter(({ bytes }) => kindOf(bytes) === "signature"),
  };
}

/** A data message begins as an object of JSON, a detached signature as a SEQUENCE of DER. */
function kindOf([first, second = 0]: Uint8Array): "message" | "signature" | "other" {
  if (first === 0x7b) return "message";
  return first === 0x30 && second >= 0x80 ? "signature" : "other";
}

async function bytesOf(file: GivenFile): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Faulty([
      `“${file.name}”不能读取：它可能已被移动、删除或改名，或者正被别的程序占用，也可能是一个文件夹。请确认后重新选择。`,
      `“${file.name}” cannot be read: it may have been moved, deleted or renamed, be in use by another program, or be a folder. Choose it again.`,
    ]);
  }
  // A file that has vanished has no size either, so only what was read is known to be empty.
  if (bytes.length > 0) return bytes;
  throw new Faulty([`“${file.name}”是空文件，请重新选择。`, `“${file.name}” is empty: choose another file.`]);
}

function tooLarge(name: string, size: number, part: Part): Faulty {
  const [most, [chinese, english]] = LIMITS[part];
  return new Faulty([
    `“${name}”有 ${sizeText(size)}，${chinese}最大 ${sizeText(most)}，没有上传。请确认所选文件是证照原文件。`,
    `“${name}” has ${sizeText(size)}; ${english} may have ${sizeText(most)}. It was not sent. Make sure that it is the original file.`,
  ]);
}

/** Bytes for people: rounded up, so that what is too large never looks as if it were not. */
export function sizeText(bytes: number): string {
  if (bytes < 1 << 10) return `${bytes} B`;
  const [unit, name] = bytes < 1 << 20 ? [1 << 10, "KiB"] : [1 << 20, "MiB"];
  return `${Math.ceil((bytes / unit) * 10) / 10} ${name}`;
}
