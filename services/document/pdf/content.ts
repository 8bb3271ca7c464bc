import type { RunFont } from "../font/library.ts";
import type { PlacedImage, PlacedPath, PlacedShape, PlacedText } from "../layout/placed.ts";
import type { Path } from "../path.ts";

/** Points per mm. */
export const POINTS_PER_MM = 72 / 25.4;

/** Names under which a content stream finds its fonts and images. */
export interface ContentResources {
  /** Glyph of each code point in the embedded subset of a font. */
  glyphs: ReadonlyMap<RunFont, ReadonlyMap<number, number>>;
  /** Resource name of an image. */
  imageName(image: PlacedImage): string;
}

/** Resource name of a font. */
export function fontResource(name: RunFont): string {
  return name === "regular" ? "R" : name === "bold" ? "B" : name.replace("rare", "X").replace("-", "");
}

/** Units of a content stream per mm. Whole numbers are shorter: a hundredth of a mm is a quarter of a dot at 600 dpi. */
export const UNITS = 100;

/**
 * The operators that draw placed objects of an area `height` mm high: the same geometry as the layout has, from the top
 * left corner, under one transformation.
 */
export function contentOf(placed: readonly PlacedShape[], height: number, resources: ContentResources): string {
  const k = decimal(POINTS_PER_MM / UNITS, 8);
  const out = [`q ${k} 0 0 -${k} 0 ${decimal(height * POINTS_PER_MM, 4)} cm`];
  let fill = "";
  for (const item of placed) {
    if (item.kind === "image") {
      const name = resources.imageName(item);
      const { x, y, width, height: h } = item;
      out.push(`q ${units(width)} 0 0 ${units(-h)} ${units(x)} ${units(y + h)} cm /${name} Do Q`);
      continue;
    }
    const wanted = item.kind === "text" ? item.color : item.fill;
    if (wanted !== undefined && wanted !== fill) {
      out.push(`${colorOperands(wanted)} rg`);
      fill = wanted;
    }
    out.push(item.kind === "text" ? textOperators(item, resources) : pathOperators(item));
  }
  out.push("Q");
  return out.join("\n");
}

function textOperators(item: PlacedText, { glyphs }: ContentResources): string {
  const subset = glyphs.get(item.font);
  let codes = "";
  for (const char of item.text) {
    const glyph = subset?.get(char.codePointAt(0) as number) ?? 0;
    codes += glyph.toString(16).padStart(4, "0");
  }
  // Size and gap add up along the line, so these keep more digits.
  const font = `/${fontResource(item.font)} ${decimal(item.size * UNITS, 2)} Tf`;
  const spacing = `${decimal(item.spacing * UNITS, 2)} Tc`;
  return `BT ${font} ${spacing} 1 0 0 -1 ${units(item.x)} ${units(item.y)} Tm <${codes}> Tj ET`;
}

/** The operators that draw a path, but for the colour that fills it. */
export function pathOperators(item: PlacedPath): string {
  const out: string[] = [];
  if (item.stroke !== undefined) {
    out.push(`${colorOperands(item.stroke)} RG ${decimal((item.strokeWidth ?? 0.25) * UNITS, 1)} w`);
    out.push(item.dash === undefined ? "[] 0 d" : `[${item.dash.map(units).join(" ")}] 0 d`);
  }
  const paint =
    item.fill === undefined ? (item.stroke === undefined ? "n" : "S") : item.stroke === undefined ? "f" : "B";
  const evenOdd = item.evenOdd && item.fill !== undefined ? "*" : "";
  out.push(`${outline(item.path)} ${paint}${evenOdd}`);
  return out.join(" ");
}

/** The steps of a path. PDF has no quadratic curves: each becomes the cubic that is equal to it. */
function outline({ ops, coords }: Path): string {
  let text = "";
  let at = 0;
  let [x, y] = [0, 0];
  const next = (): [number, number] => {
    at += 2;
    return [coords[at - 2] as number, coords[at - 1] as number];
  };
  const pair = (px: number, py: number): string => `${units(px)} ${units(py)} `;
  for (const op of ops) {
    if (op === "Z") {
      text += "h ";
      continue;
    }
    if (op === "Q") {
      const [cx, cy] = next();
      const [ex, ey] = next();
      text += pair(x + (2 / 3) * (cx - x), y + (2 / 3) * (cy - y));
      text += `${pair(ex + (2 / 3) * (cx - ex), ey + (2 / 3) * (cy - ey))}${pair(ex, ey)}c `;
      [x, y] = [ex, ey];
      continue;
    }
    if (op === "C") text += pair(...next()) + pair(...next());
    [x, y] = next();
    text += `${pair(x, y)}${op === "C" ? "c" : op.toLowerCase()} `;
  }
  return text.trimEnd();
}

/** `#RRGGBB` as the operands of `rg`. */
export function colorOperands(color: string): string {
  return [1, 3, 5].map((at) => decimal(Number.parseInt(color.slice(at, at + 2), 16) / 255, 3)).join(" ");
}

/** A length in mm as whole units. */
export function units(mm: number): string {
  const whole = Math.round(mm * UNITS);
  return whole === 0 ? "0" : String(whole);
}

/** A number with at most `digits` decimals, never in exponent form. */
export function decimal(value: number, digits: number): string {
  const factor = 10 ** digits;
  const rounded = Math.round(value * factor) / factor;
  return rounded === 0 ? "0" : String(rounded);
}
