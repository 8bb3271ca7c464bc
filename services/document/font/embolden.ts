import { type Point, readContours } from "./outline.ts";
import type { TrueTypeFont } from "./true-type.ts";
import { writeGlyph } from "./write-glyph.ts";

/** How much strokes grow across and along the line, as a share of the em: about what Noto Serif SC Bold has over Regular. */
const GROWTH = { x: 0.045, y: 0.015 };
/** Corners sharper than about 160° stay where they are: their tips would run away. */
const SHARPEST = -0.9375;

/**
 * A bold weight made of a font that has one weight: every outline grows to both sides, advances stay. The same font gives the same
 * octets, so PDF, OFD and every host show the same.
 */
export function emboldened(font: TrueTypeFont): TrueTypeFont {
  const strength = { x: (font.unitsPerEm * GROWTH.x) / 2, y: (font.unitsPerEm * GROWTH.y) / 2 };
  const glyphData = (glyph: number): Buffer => {
    const contours = readContours(font.glyphData(glyph));
    // Composite glyphs are made of others, which are bold already.
    return contours === undefined
      ? font.glyphData(glyph)
      : writeGlyph(contours.map((points) => grown(points, strength)));
  };
  return {
    ...font,
    name: `${font.name.replace(/-Regular$/, "")}-Bold`,
    weight: 700,
    glyphData,
    bearingOf: (glyph) => {
      const data = glyphData(glyph);
      return data.length === 0 ? font.bearingOf(glyph) : data.readInt16BE(2);
    },
  };
}

/** Moves each point of a contour outwards, along the middle of the normals of its two sides. */
function grown(points: readonly Point[], strength: { x: number; y: number }): Point[] {
  const distinct = points.filter((point, i) => {
    const before = points.at(i - 1) as Point;
    return points.length === 1 || point.x !== before.x || point.y !== before.y;
  });
  return distinct.map((point, i) => {
    const a = direction(distinct.at(i - 1) as Point, point);
    const b = direction(point, distinct[(i + 1) % distinct.length] as Point);
    const cosine = a.x * b.x + a.y * b.y;
    if (cosine <= SHARPEST) return point;
    // TrueType has what is filled to the right of a contour, so outwards is to the left.
    const normal = { x: -(a.y + b.y), y: a.x + b.x };
    const sine = a.x * b.y - a.y * b.x;
    const short = Math.min(a.length, b.length);
    // On short sides of a turn the point must not overtake its neighbours.
    const step = (by: number): number => (by * sine <= short * (cosine + 1) ? by / (cosine + 1) : short / sine);
    return {
      x: Math.round(point.x + normal.x * step(strength.x)),
      y: Math.round(point.y + normal.y * step(strength.y)),
      on: point.on,
    };
  });
}

function direction(from: Point, to: Point): { x: number; y: number; length: number } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  return length === 0 ? { x: 0, y: 0, length } : { x: dx / length, y: dy / length, length };
}
