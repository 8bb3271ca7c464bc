/// <reference path="./assets.d.ts" />
import type { Read } from "./reader-worker.ts";
import thread from "./reader-worker.ts?worker&url";

/** What may show a code. */
export type Picture = Blob | HTMLVideoElement | HTMLCanvasElement;

/** Reads QR codes in pictures until it is closed. */
export interface CodeReader {
  /** The text of a QR code in a picture; `undefined` where there is none. Rejects for what is no picture, or where the reader cannot be loaded. */
  read(picture: Picture): Promise<string | undefined>;
  close(): void;
}

/** Pixels on the longer side of a picture that are looked at: enough for any code that a person could scan, and quick for photos of any size. */
const MOST_PIXELS = 1_600;

/**
 * Starts what reads QR codes: a thread of its own, which compiles WebAssembly under a policy that the page does not have. Its code (some 350 KB) is fetched
 * now, from the node alone; no picture leaves the browser. `under`: path of a page that is kept for times without a network; the browser lets what keeps it answer
 * for threads below that path alone.
 */
export function openCodeReader(under = ""): CodeReader {
  const worker = new Worker(under + thread, { type: "module" });
  const waiting = new Map<number, { resolve: (text: string | undefined) => void; reject: (cause: Error) => void }>();
  let asked = 0;
  let broken: Error | undefined;
  const fail = (message: string) => {
    broken = new Error(message);
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  worker.onerror = ({ message }) => fail(message || "the reader of QR codes cannot be loaded");
  worker.onmessage = ({ data: { id, text, fault } }: MessageEvent<Read>) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) one?.resolve(text);
    else one?.reject(new Error(fault));
  };
  return {
    async read(picture) {
      if (broken) throw broken;
      const bitmap = await shrunk(picture);
      return new Promise((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, bitmap }, [bitmap]);
      });
    },
    close() {
      worker.terminate();
      fail("the reader of QR codes was closed");
    },
  };
}

async function shrunk(picture: Picture): Promise<ImageBitmap> {
  const whole = await createImageBitmap(picture);
  const { width, height } = whole;
  const scale = MOST_PIXELS / Math.max(width, height);
  if (scale >= 1) return whole;
  whole.close();
  return createImageBitmap(picture, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "high",
  });
}
