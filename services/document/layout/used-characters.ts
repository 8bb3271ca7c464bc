import type { RunFont } from "../font/library.ts";
import type { Placed } from "./placed.ts";

/** The characters that texts show, by the font that shows them; fonts in the order of their names, whatever the texts'. */
export function codePointsByFont(placed: readonly Placed[]): [RunFont, Set<number>][] {
  const used = new Map<RunFont, Set<number>>();
  for (const item of placed) {
    if (item.kind !== "text") continue;
    const codePoints = used.get(item.font) ?? new Set();
    for (const char of item.text) codePoints.add(char.codePointAt(0) as number);
    used.set(item.font, codePoints);
  }
  return [...used].sort(([a], [b]) => order(a) - order(b));
}

/** Regular, bold, then both weights of the fonts for rare characters. */
function order(name: RunFont): number {
  const index = /\d+/.exec(name)?.[0];
  return (index === undefined ? 0 : 2 + 2 * Number(index)) + (name.endsWith("bold") ? 1 : 0);
}
