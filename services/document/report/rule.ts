import type { PlacedPath } from "../layout/placed.ts";

/** A thin line from one point to another, mm. */
export function linePath([x1, y1, x2, y2]: readonly [number, number, number, number]): PlacedPath {
  return { kind: "path", path: { ops: "ML", coords: [x1, y1, x2, y2] }, stroke: "#808080", strokeWidth: 0.2 };
}
