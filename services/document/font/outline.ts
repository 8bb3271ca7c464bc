import type { Path } from "../path.ts";
import { joinPaths, mapPath } from "../path.ts";
import type { TrueTypeFont } from "./true-type.ts";

/** A point of a contour, in font units, y upwards; those that are not on it bend it. */
export interface Point {
  x: number;
  y: number;
  on: boolean;
}

/**
 * The outline of a glyph as a path in font units, y **upwards**; fill by the non-zero rule. Blank glyphs give an empty
 * path. Throws an `Error` on composite glyphs placed by point numbers, which Noto does not use.
 */
export function glyphOutline(font: TrueTypeFont, glyph: number): Path {
  const data = font.glyphData(glyph);
  const contours = readContours(data);
  if (contours === undefined) return compositeOutline(font, data);
  const path: Path = { ops: "", coords: [] };
  for (const points of contours) traceContour(path, points);
  return path;
}

/** The contours of a `glyf` entry; none of a blank glyph, `undefined` of a composite one. */
export function readContours(data: Buffer): Point[][] | undefined {
  const count = data.length === 0 ? 0 : data.readInt16BE(0);
  if (count < 0) return undefined;
  const ends = Array.from({ length: count }, (_, i) => data.readUInt16BE(10 + i * 2));
  const points = count === 0 ? [] : readPoints(data, 10 + count * 2, (ends.at(-1) ?? -1) + 1);
  return ends.map((end, i) => points.slice((ends[i - 1] ?? -1) + 1, end + 1));
}

function readPoints(data: Buffer, instructionsAt: number, count: number): Point[] {
  let at = instructionsAt + 2 + data.readUInt16BE(instructionsAt);
  const flags: number[] = [];
  while (flags.length < count) {
    const flag = data.readUInt8(at++);
    const repeats = flag & 8 ? data.readUInt8(at++) : 0;
    for (let i = 0; i <= repeats; i++) flags.push(flag);
  }
  const readAxis = (short: number, same: number): number[] => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & short) value += flag & same ? data.readUInt8(at++) : -data.readUInt8(at++);
      else if (!(flag & same)) {
        value += data.readInt16BE(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = readAxis(2, 16);
  const ys = readAxis(4, 32);
  return flags.map((flag, i) => ({ x: xs[i] as number, y: ys[i] as number, on: (flag & 1) !== 0 }));
}

/** Two off-curve points in a row imply an on-curve point half-way. */
function traceContour(path: Path, points: Point[]): void {
  const half = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, on: true });
  const startAt = points.findIndex((point) => point.on);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return;
  const start = startAt < 0 ? half(last, first) : (points[startAt] as Point);
  path.ops += "M";
  path.coords.push(start.x, start.y);
  const rest = [...points.slice(startAt + 1), ...points.slice(0, startAt + 1)];
  let control: Point | undefined;
  const curveTo = (to: Point): void => {
    path.ops += control === undefined ? "L" : "Q";
    if (control !== undefined) path.coords.push(control.x, control.y);
    path.coords.push(to.x, to.y);
    control = undefined;
  };
  for (const point of rest) {
    if (point.on) curveTo(point);
    else {
      if (control !== undefined) curveTo(half(control, point));
      control = point;
    }
  }
  if (control !== undefined) curveTo(start);
  path.ops += "Z";
}

function compositeOutline(font: TrueTypeFont, data: Buffer): Path {
  const parts: Path[] = [];
  for (let at = 10, more = true; more; ) {
    const flags = data.readUInt16BE(at);
    const glyph = data.readUInt16BE(at + 2);
    if (!(flags & 2)) throw new Error("composite glyph placed by points");
    const wide = (flags & 1) !== 0;
    const dx = wide ? data.readInt16BE(at + 4) : data.readInt8(at + 4);
    const dy = wide ? data.readInt16BE(at + 6) : data.readInt8(at + 5);
    at += wide ? 8 : 6;
    const fixed = (): number => {
      const value = data.readInt16BE(at) / 16384;
      at += 2;
      return value;
    };
    let [a, b, c, d] = [1, 0, 0, 1];
    if (flags & 8) a = d = fixed();
    else if (flags & 0x40) [a, d] = [fixed(), fixed()];
    else if (flags & 0x80) [a, b, c, d] = [fixed(), fixed(), fixed(), fixed()];
    parts.push(mapPath(glyphOutline(font, glyph), [a, b, c, d, dx, dy]));
    more = (flags & 0x20) !== 0;
  }
  return joinPaths(parts);
}
