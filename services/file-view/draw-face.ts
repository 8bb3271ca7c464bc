import { drawPage } from "./draw-page.ts";
import { openPdf } from "./open-pdf.ts";

/** Draws all pages of a face into its place, one below the other, each with its text for whoever hears the screen. Says `broken` of what is no PDF. */
export async function drawFace(place: HTMLElement, pdf: Uint8Array, label: string, broken: string): Promise<void> {
  place.hidden = false;
  const { signal } = new AbortController();
  try {
    const { document: opened, close } = await openPdf(pdf);
    try {
      const pages: HTMLCanvasElement[] = [];
      for (let page = 1; page <= opened.numPages; page++) {
        const canvas = Object.assign(document.createElement("canvas"), { role: "img" });
        const onText = (text: string) => {
          canvas.ariaLabel = `${label} ${text}`;
        };
        await drawPage({ document: opened, page, canvas, width: place.clientWidth, signal, onText });
        pages.push(canvas);
      }
      place.replaceChildren(...pages);
    } finally {
      close();
    }
  } catch {
    place.textContent = broken;
  }
}
