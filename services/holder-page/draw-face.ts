import { GlobalWorkerOptions, getDocument } from "pdfjs-dist";

GlobalWorkerOptions.workerSrc = new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url).href;

/** Draws all pages of a face into its place, one below the other, each with its text for whoever hears the screen. Says `broken` of what is no PDF. */
export async function drawFace(place: HTMLElement, pdf: Uint8Array, label: string, broken: string): Promise<void> {
  place.hidden = false;
  const task = getDocument({ data: pdf.slice(), useSystemFonts: false, useWasm: false });
  try {
    const opened = await task.promise;
    const pages: HTMLCanvasElement[] = [];
    for (let number = 1; number <= opened.numPages; number++) {
      const page = await opened.getPage(number);
      const plain = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: (place.clientWidth / plain.width) * devicePixelRatio });
      const canvas = Object.assign(document.createElement("canvas"), {
        width: viewport.width,
        height: viewport.height,
      });
      await page.render({ canvas, viewport }).promise;
      const { items } = await page.getTextContent();
      canvas.role = "img";
      canvas.ariaLabel = `${label} ${items.map((item) => ("str" in item ? item.str : "")).join(" ")}`;
      pages.push(canvas);
    }
    place.replaceChildren(...pages);
  } catch {
    place.textContent = broken;
  } finally {
    await task.destroy();
  }
}
