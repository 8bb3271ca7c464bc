import type { PlacedPath } from "../layout/placed.ts";
import { element } from "./xml.ts";

/** Units per mm in which coordinates are rounded: a hundredth of a mm, as in our PDFs, so that both show the same. */
const UNITS = 100;

/** A length in mm as OFD files write it: at most two decimals, no exponent. */
export function mm(value: number): string {
  return fromUnits(Math.round(value * UNITS));
}

/** Hundredths of a mm as mm. Whole-number arithmetic keeps differences of rounded values exact. */
function fromUnits(units: number): string {
  return units === 0 ? "0" : String(units / UNITS);
}

/** `#RRGGBB` as OFD writes colours. */
export function colorValue(color: string): string {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).join(" ");
}

/** A path object. Its boundary is that of its points and the stroke round them; its coordinates run from there. */
export function pathObject(item: PlacedPath, id: number): string {
  const { ops } = item.path;
  const coords = item.path.coords.map((value) => Math.round(value * UNITS));
  // Mitred corners may reach beyond half the stroke.
  const margin = item.stroke === undefined ? 0 : Math.ceil((item.strokeWidth ?? 0.25) * 2 * UNITS);
  const box = boundsOf(coords, margin);
  const data = outline(ops, coords, box.left, box.top);
  const { fill, stroke, dash } = item;
  return element(
    "PathObject",
    {
      ID: id,
      Boundary: [box.left, box.top, box.right - box.left, box.bottom - box.top].map(fromUnits).join(" "),
      ...(stroke !== undefined && { LineWidth: mm(item.strokeWidth ?? 0.25) }),
      ...(stroke === undefined && { Stroke: "false" }),
      ...(fill !== undefined && { Fill: "true" }),
      ...(fill !== undefined && item.evenOdd === true && { Rule: "Even-Odd" }),
      ...(dash !== undefined && { DashPattern: dash.map(mm).join(" ") }),
    },
    (stroke === undefined ? "" : element("StrokeColor", { Value: colorValue(stroke) })) +
      (fill === undefined ? "" : element("FillColor", { Value: colorValue(fill) })) +
      element("AbbreviatedData", {}, data),
  );
}

/**
 * The steps in OFD's letters: `B` for cubics, `C` to close. A quadratic becomes the cubic that is equal to it, as in our
 * PDFs: the letter `Q` is in the standard, but some readers leave such steps out.
 */
function outline(ops: string, coords: readonly number[], left: number, top: number): string {
  const steps: string[] = [];
  let at = 0;
  let [x, y] = [0, 0];
  const pair = (px: number, py: number): string =>
    `${fromUnits(Math.round(px) - left)} ${fromUnits(Math.round(py) - top)}`;
  const next = (): string => {
    [x, y] = [coords[at] as number, coords[at + 1] as number];
    at += 2;
    return pair(x, y);
  };
  for (const op of ops) {
    if (op === "Z") steps.push("C");
    else if (op === "C") steps.push(`B ${next()} ${next()} ${next()}`);
    else if (op === "Q") {
      const [sx, sy] = [x, y];
      const [cx, cy] = [coords[at] as number, coords[at + 1] as number];
      at += 2;
      const end = next();
      const first = pair(sx + (2 / 3) * (cx - sx), sy + (2 / 3) * (cy - sy));
      steps.push(`B ${first} ${pair(x + (2 / 3) * (cx - x), y + (2 / 3) * (cy - y))} ${end}`);
    } else steps.push(`${op} ${next()}`);
  }
  return steps.join(" ");
}

function boundsOf(
  coords: readonly number[],
  margin: number,
): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < coords.length; i += 2) {
    const [x, y] = [coords[i] as number, coords[i + 1] as number];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  // A boundary without width or height shows nothing in some readers.
  const room = Math.max(margin, 1);
  return { left: left - room, top: top - room, right: right + room, bottom: bottom + room };
}
