import type { Path } from "../path.ts";
import { circlePath, joinPaths } from "../path.ts";
import type { BorderElement, RosetteElement } from "../template.ts";

/** A curve and its derivative, both over the same parameter. */
type Curve = (t: number) => { at: [number, number]; slope: [number, number] };

/** Cubics per wave: four keep a sine within 2 % of its height, three within 5 %. More would only make files larger. */
const PIECES = { rosette: 4, border: 3 };

/** A guilloche rosette: closed waves between two radii, each turned a little against the one before. */
export function rosettePath({ center, radius, innerRadius, petals, lines }: RosetteElement): Path {
  const middle = (radius + innerRadius) / 2;
  const swing = (radius - innerRadius) / 2;
  return joinPaths(
    Array.from({ length: lines }, (_, line) => {
      const phase = (2 * Math.PI * line) / lines;
      return trace(0, 2 * Math.PI, petals * PIECES.rosette, (angle) => {
        const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
        const r = middle + swing * Math.sin(petals * angle + phase);
        const growth = swing * petals * Math.cos(petals * angle + phase);
        return {
          at: [center[0] + r * cos, center[1] + r * sin],
          slope: [growth * cos - r * sin, growth * sin + r * cos],
        };
      });
    }),
  );
}

/** Four bands of interwoven waves along the sides of a rectangle, and a small rosette in each corner. */
export function borderPath({ box: [left, top, width, height], depth, wavelength, lines }: BorderElement): Path {
  const half = depth / 2;
  const [right, bottom] = [left + width, top + height];
  const bands = [top + half, bottom - half].flatMap((y) =>
    waves(left + depth, right - depth, wavelength, lines, half, (along, across) => [along, y + across]),
  );
  const sides = [left + half, right - half].flatMap((x) =>
    waves(top + depth, bottom - depth, wavelength, lines, half, (along, across) => [x + across, along]),
  );
  const corners = [left + half, right - half].flatMap((x) =>
    [top + half, bottom - half].flatMap((y) => [
      rosettePath({
        type: "rosette",
        center: [x, y],
        radius: half * 0.95,
        innerRadius: half * 0.3,
        petals: 6,
        lines: 4,
        stroke: "",
      }),
      circlePath(x, y, half),
    ]),
  );
  return joinPaths([...bands, ...sides, ...corners]);
}

/** Waves that fill a straight band with a whole number of periods. */
function waves(
  from: number,
  to: number,
  wavelength: number,
  lines: number,
  half: number,
  place: (along: number, across: number) => [number, number],
): Path[] {
  const count = Math.max(1, Math.round((to - from) / wavelength));
  const k = (2 * Math.PI * count) / (to - from);
  const origin = place(0, 0);
  return Array.from({ length: lines }, (_, line) => {
    const phase = (2 * Math.PI * line) / lines;
    return trace(from, to, count * PIECES.border, (along) => {
      const angle = k * (along - from) + phase;
      const step = place(1, half * k * Math.cos(angle));
      return {
        at: place(along, half * Math.sin(angle)),
        slope: [step[0] - origin[0], step[1] - origin[1]],
      };
    });
  });
}

/** A curve as cubics that have its points and directions at equal steps of the parameter. */
function trace(from: number, to: number, pieces: number, curve: Curve): Path {
  const step = (to - from) / pieces;
  let { at, slope } = curve(from);
  const coords: number[] = [...at];
  for (let i = 1; i <= pieces; i++) {
    const next = curve(from + i * step);
    coords.push(at[0] + (slope[0] * step) / 3, at[1] + (slope[1] * step) / 3);
    coords.push(next.at[0] - (next.slope[0] * step) / 3, next.at[1] - (next.slope[1] * step) / 3, ...next.at);
    ({ at, slope } = next);
  }
  return { ops: `M${"C".repeat(pieces)}`, coords };
}
