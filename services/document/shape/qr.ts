import type { Placed, PlacedShape } from "../layout/placed.ts";
import type { Path } from "../path.ts";
import { qrRows } from "./qr-rows.ts";

/** Light modules round the code that readers need (ISO/IEC 18004). */
export const QUIET = 4;

/**
 * A QR code (level L) as one path to fill by the even-odd rule, fitted into a square with a margin of four modules. The
 * mask is fixed, so the same text always gives the same path. Neighbouring modules share one outline: no hairlines
 * between them, at any zoom.
 *
 * Level L, since what a screen or a page shows is blurred rather than torn: larger modules are read where more correction is not.
 */
export function qrPath(text: string, x: number, y: number, side: number): Path {
  const { size, stride, rows } = qrRows(text);
  const dark = (row: number, column: number): boolean =>
    row >= 0 &&
    column >= 0 &&
    row < size &&
    column < size &&
    (((rows[row * stride + (column >> 3)] as number) >> (7 - (column & 7))) & 1) === 1;
  const unit = side / (size + 2 * QUIET);
  const path: Path = { ops: "", coords: [] };
  for (const loop of traceLoops(size, dark)) {
    path.ops += `M${"L".repeat(loop.length - 1)}Z`;
    for (const [column, row] of loop) path.coords.push(x + (column + QUIET) * unit, y + (row + QUIET) * unit);
  }
  return path;
}

/** Placed objects with codes as paths, for writers that know no codes. */
export function withCodesAsPaths(placed: readonly Placed[]): PlacedShape[] {
  return placed.map((item) => {
    if (item.kind !== "code") return item;
    const { text, x, y, side, fill, sources } = item;
    return { kind: "path", path: qrPath(text, x, y, side), fill, evenOdd: true, sources };
  });
}

/** Smallest module of a code that is read from a page at 100 dots an inch: two dots, in mm. */
export const MIN_MODULE = (2 * 25.4) / 100;
/** More octets are in no code of level L (ISO/IEC 18004). */
const MOST_OCTETS = 2953;

/** Modules along a side of the code for a text, its margin included; undefined where no code holds it. */
export function qrModules(text: string): number | undefined {
  return Buffer.byteLength(text) > MOST_OCTETS ? undefined : qrRows(text).size + 2 * QUIET;
}

/** Directions in turn: right, down, left, up. */
const STEPS: readonly (readonly [number, number])[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

/** Corners of all outlines, dark on the right hand of the walk. */
function traceLoops(size: number, dark: (row: number, column: number) => boolean): [number, number][][] {
  const span = size + 1;
  // One bit per direction for each grid point from which an edge still has to be walked.
  const edges = new Uint8Array(span * span);
  const mark = (column: number, row: number, direction: number): void => {
    const at = row * span + column;
    edges[at] = (edges[at] as number) | (1 << direction);
  };
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!dark(row, column)) continue;
      if (!dark(row - 1, column)) mark(column, row, 0);
      if (!dark(row, column + 1)) mark(column + 1, row, 1);
      if (!dark(row + 1, column)) mark(column + 1, row + 1, 2);
      if (!dark(row, column - 1)) mark(column, row + 1, 3);
    }
  }
  const loops: [number, number][][] = [];
  for (let start = 0; start < edges.length; start++) while (edges[start] !== 0) loops.push(walk(edges, start, span));
  return loops;
}

function walk(edges: Uint8Array, start: number, span: number): [number, number][] {
  const corners: [number, number][] = [];
  let at = start;
  let direction = -1;
  do {
    const bits = edges[at] as number;
    // Straight on if possible, so that only corners are noted; where two outlines touch, the right turn is taken.
    const next = [direction, (direction + 1) % 4, (direction + 3) % 4, 0, 1, 2, 3].find(
      (d) => d >= 0 && bits & (1 << d),
    );
    const taken = next as number;
    if (taken !== direction) corners.push([at % span, Math.floor(at / span)]);
    edges[at] = bits & ~(1 << taken);
    direction = taken;
    const [dx, dy] = STEPS[taken] as readonly [number, number];
    at += dx + dy * span;
  } while (at !== start);
  return corners;
}
