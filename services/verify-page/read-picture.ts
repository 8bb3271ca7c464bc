import { drawPage } from "../file-view/draw-page.ts";
import { openPdf } from "../file-view/open-pdf.ts";
import type { Both } from "../public-page/language.ts";
import type { CodeReader } from "../scan-code/code-reader.ts";
import { KEPT_PATH } from "./kept-path.ts";
import { TEXTS } from "./page-texts.ts";

/** Pages of a PDF that are looked at for a code. */
const MOST_PAGES = 10;
/** Pixels that a page is drawn wide: enough for a code as small as a thumbnail's nail. */
const PAGE_WIDTH = 1_600;

/** The text of a code in a picture or PDF; or why there is none, for people. Nothing leaves the browser. */
export async function readPicture(
  file: Pick<File, "type" | "name" | "arrayBuffer"> & Blob,
  reader: () => Promise<Pick<CodeReader, "read">>,
): Promise<{ text: string } | { fault: Both }> {
  const name = file.name || TEXTS.pasted[0];
  const nameInEnglish = file.name || TEXTS.pasted[1];
  const opened = await reader().catch(() => undefined);
  if (!opened) return { fault: TEXTS.readerGone };
  let text: string | undefined;
  try {
    text = (await isPdf(file)) ? await inPdf(file, opened) : await opened.read(file);
  } catch (error) {
    // The browser says so of what it cannot draw; the reader and what it is loaded from say something else.
    if (error instanceof Error && !(error instanceof DOMException) && !isPdfFault(error))
      return { fault: TEXTS.readerGone };
    return {
      fault: [
        `“${name}”不能读取：它不是图片或 PDF，或者文件已损坏。请换一张再试。`,
        `“${nameInEnglish}” cannot be read: it is no picture or PDF, or it is damaged. Choose another one.`,
      ],
    };
  }
  if (text !== undefined) return { text };
  return {
    fault: [
      `“${name}”里没有找到二维码。请让二维码完整、清晰、占画面大一些，再试一次。`,
      `No QR code was found in “${nameInEnglish}”. Have it whole, sharp and larger in the picture, and try again.`,
    ],
  };
}

async function isPdf(file: Blob): Promise<boolean> {
  return (await file.slice(0, 5).text()) === "%PDF-";
}

/** As pdf.js names what is wrong with a file, and not with itself. */
function isPdfFault({ name }: Error): boolean {
  return /^(InvalidPDF|Password|FormatError|MissingPDF)/.test(name);
}

async function inPdf(file: Blob, reader: Pick<CodeReader, "read">): Promise<string | undefined> {
  const { document: opened, close } = await openPdf(new Uint8Array(await file.arrayBuffer()), KEPT_PATH);
  try {
    const { signal } = new AbortController();
    for (let page = 1; page <= Math.min(opened.numPages, MOST_PAGES); page++) {
      const canvas = document.createElement("canvas");
      const width = PAGE_WIDTH / devicePixelRatio;
      await drawPage({ document: opened, page, canvas, width, signal, onText: () => {} });
      const text = await reader.read(canvas);
      if (text !== undefined) return text;
    }
    return undefined;
  } finally {
    close();
  }
}
