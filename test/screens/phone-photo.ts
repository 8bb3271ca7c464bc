import type { Page } from "playwright-core";

/** A script by which the browser itself writes a picture as a JPEG, base64. `point`: how light a point is, by `at`, `width` and `random`. */
const drawn = (width: number, height: number, point: string) => `(async () => {
  const [width, height] = [${width}, ${height}];
  const canvas = new OffscreenCanvas(width, height);
  const drawing = canvas.getContext("2d");
  const picture = drawing.createImageData(width, height);
  const points = new Uint32Array(picture.data.buffer);
  for (let at = 0, random = 1; at < points.length; at++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const grey = ${point};
    points[at] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  drawing.putImageData(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(blob);
  });
})()`;

/** What a phone takes: 12 million points that grow lighter to the right, grained as in bad light, so that a JPEG of it is as large as a real one. */
const PHOTO = drawn(4_000, 3_000, "90 + ((at % width) >> 5) + ((random >>> 24) % 56) - 28");

/** Black and white points side by side: no JPEG of it is small. */
const NOISE = drawn(1_200, 1_600, "random >>> 31 ? 255 : 0");

/** A JPEG of more than 5 MB, and of no more than the 5 MiB that attachments may have, that the browser itself has written: every part of it is a picture's. */
export async function phonePhoto(page: Page): Promise<Buffer> {
  const photo = Buffer.from((await page.evaluate(PHOTO)) as string, "base64");
  if (photo.length <= 5_000_000 || photo.length > 5 << 20) throw new Error(`the photo has ${photo.length} bytes`);
  return photo;
}

/** A picture of so much detail that it does not become as small as faces take it, at any quality that pages try. */
export async function finestPhoto(page: Page): Promise<Buffer> {
  return Buffer.from((await page.evaluate(NOISE)) as string, "base64");
}
