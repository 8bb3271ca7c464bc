import type { Path } from "../path.ts";
import { joinPaths } from "../path.ts";
import type { BorderElement, RosetteElement } from "../template.ts";

/** A guilloche rosette: closed waves between two radii, each turned a little against the one before. */
export function rosettePath(element: RosetteElement): Path {
  const { center, radius, innerRadius, petals, lines } = element;
  const middle = (radius + innerRadius) / 2;
  const swing = (radius - innerRadius) / 2;
  return joinPaths(
    Array.from({ length: lines }, (_, line) => {
      const phase = (2 * Math.PI * line) / lines;
      return smoothClosed(petals * 6, (t) => {
        const angle = 2 * Math.PI * t;
        const r = middle + swing * Math.sin(petals * angle + phase);
        return [center[0] + r * Math.cos(angle), center[1] + r * Math.sin(angle)];
      });
    }),
  );
}

/** Interwoven waves round a rectangle: each side holds a whole number of waves, so that the corners meet. */
export function borderPath(element: BorderElement): Path {
  const { depth, wavelength, lines } = element;
  const [left, top, width, height] = element.box;
  const [x, y, w, h] = [left + depth / 2, top + depth / 2, width - depth, height - depth];
  const [across, down] = [w, h].map((side) => Math.max(1, Math.round(side / wavelength))) as [number, number];
  const waves = 2 * (across + down);
  return joinPaths(
    Array.from({ length: lines }, (_, line) => {
      const phase = (2 * Math.PI * line) / lines;
      return smoothClosed(waves * 6, (t) => {
        const at = t * waves;
        const swing = (depth / 2) * Math.sin(2 * Math.PI * at + phase);
        if (at < across) return [x + (w * at) / across, y + swing];
        if (at < across + down) return [x + w - swing, y + (h * (at - across)) / down];
        if (at < 2 * across + down) return [x + w - (w * (at - across - down)) / across, y + h - swing];
        return [x + swing, y + h - (h * (at - 2 * across - down)) / down];
      });
    }),
  );
}

/** A closed curve through `count` points of a function on [0, 1), as quadratics between the midpoints. */
function smoothClosed(count: number, pointAt: (t: number) => [number, number]): Path {
  const points = Array.from({ length: count }, (_, i) => pointAt(i / count));
  const point = (i: number): [number, number] => points[(i + count) % count] as [number, number];
  const middle = (i: number): [number, number] => {
    const [a, b] = [point(i), point(i + 1)];
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  };
  return {
    ops: `M${"Q".repeat(count)}Z`,
    coords: [...middle(-1), ...points.flatMap((at, i) => [...at, ...middle(i)])],
  };
}
