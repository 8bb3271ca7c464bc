import type { PDFDocumentProxy } from "pdfjs-dist";

/** A page to be drawn, and where. */
export interface PageDrawing {
  readonly document: PDFDocumentProxy;
  /** From 1. */
  readonly page: number;
  readonly canvas: HTMLCanvasElement;
  /** Pixels of the screen's layout: the page becomes as wide, as sharp as the screen is. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** Told the page's text, for whoever hears the screen. */
  readonly onText: (text: string) => void;
}

/** Draws a page; resolves when it is there. Rejects where the signal aborts, or the document is closed meanwhile. */
export async function drawPage({ document, page, canvas, width, signal, onText }: PageDrawing): Promise<void> {
  const found = await document.getPage(page);
  signal.throwIfAborted();
  const plain = found.getViewport({ scale: 1 });
  const viewport = found.getViewport({ scale: (width / plain.width) * devicePixelRatio });
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  const drawing = found.render({ canvas, viewport });
  signal.addEventListener("abort", () => drawing.cancel());
  // Both at once: what is given up fails at both, and none of it may go unheard.
  await Promise.all([drawing.promise, found.getTextContent().then(({ items }) => onText(textOf(items)))]);
}

function textOf(items: readonly object[]): string {
  return items.map((item) => ("str" in item ? item.str : "")).join(" ");
}
