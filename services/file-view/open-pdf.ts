import type { PDFDocumentProxy } from "pdfjs-dist";

/** A PDF that is open until it is closed. */
export interface OpenedPdf {
  readonly document: PDFDocumentProxy;
  close(): void;
}

/** Opens a PDF. What reads it is fetched with the first one, and works in a thread of its own. Rejects for what is none. */
export async function openPdf(bytes: Uint8Array): Promise<OpenedPdf> {
  const { getDocument, GlobalWorkerOptions } = await import("pdfjs-dist");
  GlobalWorkerOptions.workerSrc = new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url).href;
  // It takes the bytes into its thread: whoever gave them keeps theirs.
  const task = getDocument({ data: bytes.slice(), useSystemFonts: false, useWasm: false });
  return { document: await task.promise, close: () => void task.destroy() };
}
