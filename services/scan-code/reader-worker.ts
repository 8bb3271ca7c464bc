import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** A picture to look at. */
export interface Asked {
  readonly id: number;
  readonly bitmap: ImageBitmap;
}
/** What was found in it. */
export interface Read {
  readonly id: number;
  /** Absent where there is no code. */
  readonly text?: string;
  /** Why it could not be looked at. */
  readonly fault?: string;
}

/** Served by the node, as all else: by itself the package would ask another host for it. */
const ENGINE = new URL("zxing-wasm/reader/zxing_reader.wasm", import.meta.url).href;
// Fetched while its reader is still looking for the code; what fails here fails again with the first picture, which tells it.
prepareZXingModule({ overrides: { locateFile: () => ENGINE }, fireImmediately: true }).catch(() => {});

const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent<Asked>) => void;
  postMessage(read: Read): void;
};

thread.onmessage = async ({ data: { id, bitmap } }) => {
  try {
    const [code] = await readBarcodes(pixelsOf(bitmap), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
    thread.postMessage({ id, ...(code && { text: code.text }) });
  } catch (error) {
    thread.postMessage({ id, fault: String(error) });
  }
};

function pixelsOf(bitmap: ImageBitmap): ImageData {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const drawing = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  // What is transparent is paper.
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, width, height);
  drawing.drawImage(bitmap, 0, 0);
  bitmap.close();
  return drawing.getImageData(0, 0, width, height);
}
