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

/**
 * A path object. Its boundary is that of its points and the stroke round them; its coordinates run from there. Steps are
 * written in OFD's letters: `B` for cubics, `C` to close.
 */
export function pathObject(item: PlacedPath, id: number): string {
  const { ops } = item.path;
  const coords = item.path.coords.map((value) => Math.round(value * UNITS));
  // Mitred corners may reach beyond half the stroke.
  const margin = item.stroke === undefined ? 0 : Math.ceil((item.strokeWidth ?? 0.25) * 2 * UNITS);
  const box = boundsOf(coords, margin);
  let data = "";
  let at = 0;
  for (const op of ops) {
    if (op === "Z") {
      data += "C ";
      continue;
    }
    data += op === "C" ? "B " : `${op} `;
    for (let points = op === "C" ? 3 : op === "Q" ? 2 : 1; points > 0; points--) {
      data += `${fromUnits((coords[at] as number) - box.left)} ${fromUnits((coords[at + 1] as number) - box.top)} `;
      at += 2;
    }
  }
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
      element("AbbreviatedData", {}, data.trimEnd()),
  );
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
