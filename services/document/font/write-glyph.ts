import type { Point } from "./outline.ts";

/** A `glyf` entry with these contours, without instructions; coordinates in full, which compression makes up for. */
export function writeGlyph(contours: readonly (readonly Point[])[]): Buffer {
  const points = contours.flat();
  if (points.length === 0) return Buffer.alloc(0);
  const head = Buffer.alloc(10 + contours.length * 2 + 2);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  [contours.length, ...box].forEach((value, i) => {
    head.writeInt16BE(value, i * 2);
  });
  let end = -1;
  contours.forEach((contour, i) => {
    end += contour.length;
    head.writeUInt16BE(end, 10 + i * 2);
  });
  return Buffer.concat([head, Buffer.from(points.map(({ on }) => (on ? 1 : 0))), deltas(xs), deltas(ys)]);
}

function deltas(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    bytes.writeInt16BE(value - (values[i - 1] ?? 0), i * 2);
  });
  return bytes;
}
