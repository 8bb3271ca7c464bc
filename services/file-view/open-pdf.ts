import type { PDFDocumentProxy } from "pdfjs-dist";

/** A PDF that is open until it is closed. */
export interface OpenedPdf {
  readonly document: PDFDocumentProxy;
  close(): void;
}

/** Opens a PDF. What reads it is fetched with the first one, and works in a thread of its own. Rejects for what is none. `under` as for `openCodeReader`. */
export async function openPdf(bytes: Uint8Array, under = ""): Promise<OpenedPdf> {
  const { getDocument, GlobalWorkerOptions } = await import("pdfjs-dist");
  GlobalWorkerOptions.workerSrc = under + new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url).pathname;
  // It takes the bytes into its thread: whoever gave them keeps theirs.
  const task = getDocument({ data: bytes.slice(), useSystemFonts: false, useWasm: false });
  return { document: await task.promise, close: () => void task.destroy() };
}
