import { type FontLibrary, findGlyph } from "../font/library.ts";
import { missingGlyph } from "../font/missing-glyph.ts";
import { glyphOutline } from "../font/outline.ts";
import type { PlacedPath } from "../layout/placed.ts";
import type { Path } from "../path.ts";
import { circlePath, joinPaths, mapPath, parsePath } from "../path.ts";
import type { RoundSeal, SealPicture, VectorSeal } from "../seal-picture.ts";

/** A seal as paths in mm from its own top left corner. */
export interface SealDrawing {
  width: number;
  height: number;
  paths: PlacedPath[];
}

const OFFICIAL_RED = "#D7000F";
/** Widest angle that the name may take, in degrees: a caption needs the rest. */
const WIDEST_ARC = { alone: 290, captioned: 236 };

/** Draws a seal. Throws `GLYPH_MISSING` if the fonts lack a character of its name. */
export function drawSeal(seal: SealPicture, fonts: FontLibrary): SealDrawing {
  return seal.kind === "round" ? drawRound(seal, fonts) : drawVector(seal);
}

function drawVector(seal: VectorSeal): SealDrawing {
  const [sx, sy] = [seal.width / seal.viewBox[0], seal.height / seal.viewBox[1]];
  const paths = seal.paths.map(({ d, fill, stroke, strokeWidth }, index): PlacedPath => {
    const path = mapPath(parsePath(d, `paths[${index}].d`), [sx, 0, 0, sy, 0, 0]);
    const painted = fill !== undefined || stroke !== undefined;
    return {
      kind: "path",
      path,
      ...(fill !== undefined && { fill }),
      ...(!painted && { fill: OFFICIAL_RED }),
      ...(stroke !== undefined && { stroke, strokeWidth: (strokeWidth ?? 1) * Math.min(sx, sy) }),
    };
  });
  return { width: seal.width, height: seal.height, paths };
}

function drawRound(seal: RoundSeal, fonts: FontLibrary): SealDrawing {
  const { diameter } = seal;
  const radius = diameter / 2;
  const color = seal.color ?? OFFICIAL_RED;
  const ring = diameter * 0.03;
  const marks = joinPaths([
    starPath(radius, radius, diameter * 0.165),
    ...arcText(seal, fonts),
    ...captionText(seal, fonts),
  ]);
  return {
    width: diameter,
    height: diameter,
    paths: [
      { kind: "path", path: circlePath(radius, radius, radius - ring / 2), stroke: color, strokeWidth: ring },
      { kind: "path", path: marks, fill: color },
    ],
  };
}

function starPath(cx: number, cy: number, radius: number): Path {
  // Inner to outer radius of a regular pentagram: sin 18° ÷ sin 54°.
  const inner = (radius * Math.sin(Math.PI / 10)) / Math.sin((3 * Math.PI) / 10);
  const coords = Array.from({ length: 10 }, (_, i) => {
    const angle = -Math.PI / 2 + (i * Math.PI) / 5;
    const r = i % 2 === 0 ? radius : inner;
    return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
  });
  return { ops: `M${"L".repeat(9)}Z`, coords: coords.flat() };
}

/** The name along the arc, symmetric to the vertical axis; long names get narrow characters, as on engraved seals. */
function arcText(seal: RoundSeal, fonts: FontLibrary): Path[] {
  const chars = [...seal.name];
  const { diameter } = seal;
  const height = diameter * (chars.length > 18 ? 0.115 : 0.135);
  const middle = diameter / 2 - diameter * 0.05 - height / 2;
  const widest = seal.caption === undefined ? WIDEST_ARC.alone : WIDEST_ARC.captioned;
  const pitch = Math.min(25, widest / chars.length);
  const room = 2 * (middle - height * 0.35) * Math.tan((pitch * Math.PI) / 360);
  const width = Math.min(height * 0.9, room * 0.98);
  return chars.map((char, i) => {
    const angle = ((i - (chars.length - 1) / 2) * pitch * Math.PI) / 180;
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const [cx, cy] = [diameter / 2 + middle * sin, diameter / 2 - middle * cos];
    // The unit square's middle goes to (cx, cy), its top outwards.
    return mapPath(squareGlyph(char, fonts), [width * cos, width * sin, -height * sin, height * cos, cx, cy]);
  });
}

function captionText(seal: RoundSeal, fonts: FontLibrary): Path[] {
  const chars = [...(seal.caption ?? "")];
  const { diameter } = seal;
  const size = Math.min(diameter * 0.095, (diameter * 0.58) / Math.max(chars.length, 1));
  return chars.map((char, i) => {
    const x = diameter / 2 + (i - (chars.length - 1) / 2) * size;
    return mapPath(squareGlyph(char, fonts), [size, 0, 0, size, x, diameter * 0.765]);
  });
}

/** The bold outline of a character in a unit square round the origin, y downwards. */
function squareGlyph(char: string, fonts: FontLibrary): Path {
  const codePoint = char.codePointAt(0) as number;
  const found = findGlyph(fonts, "bold", codePoint);
  if (found === undefined) throw missingGlyph(codePoint, "seal.name");
  const { font, glyph } = found;
  const scale = 1 / font.unitsPerEm;
  // A Chinese character's square reaches from 0.88 above to 0.12 below the baseline.
  return mapPath(glyphOutline(font, glyph), [scale, 0, 0, -scale, -(font.advanceOf(glyph) * scale) / 2, 0.38]);
}
