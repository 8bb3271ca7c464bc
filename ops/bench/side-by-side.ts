import type { Figure } from "./figure.ts";
import { median } from "./measure.ts";

/** What one run of `npm run bench -- --json` prints, as far as it is compared. */
export type BenchResults = Readonly<Record<string, readonly (Figure | string)[]>>;

/** One figure of both sides. */
export interface Compared {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  readonly before: number;
  readonly now: number;
  /** `now` divided by `before`; not there where `before` is 0. */
  readonly ratio?: number;
}

/** The medians of figures that both sides have measured, told apart by bench, name and unit; what one side alone measures is left out. */
export function compareRuns(before: readonly BenchResults[], now: readonly BenchResults[]): Compared[] {
  const earlier = valuesOf(before);
  return [...valuesOf(now)].flatMap(([key, { bench, name, unit, values }]) => {
    const found = earlier.get(key);
    if (!found) return [];
    const [was, is] = [median(found.values), median(values)];
    return [{ bench, name, unit, before: was, now: is, ...(was !== 0 && { ratio: is / was }) }];
  });
}

interface Values {
  bench: string;
  name: string;
  unit: string;
  values: number[];
}

function valuesOf(runs: readonly BenchResults[]): Map<string, Values> {
  const all = new Map<string, Values>();
  for (const run of runs) {
    for (const [bench, figures] of Object.entries(run)) {
      for (const figure of figures) {
        // Programs of their own print lines, which are to be read, not compared.
        if (typeof figure === "string") continue;
        const { name, unit, value } = figure;
        const key = [bench, name, unit].join("\n");
        const values = all.get(key) ?? { bench, name, unit, values: [] };
        values.values.push(value);
        all.set(key, values);
      }
    }
  }
  return all;
}

/** Both sides as lines of text: before, now, ratio, unit, what was measured. */
export function comparedLines(compared: readonly Compared[]): string[] {
  const shown = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(value >= 100 ? 0 : 2));
  const row = (...cells: string[]) => `${cells.map((cell) => cell.padStart(9)).join(" ")}`;
  const lines = [`${row("before", "now", "now÷before")}  what`];
  for (const { bench, name, unit, before, now, ratio } of compared) {
    lines.push(`${row(shown(before), shown(now), shown(ratio))}  ${bench}: ${name}, ${unit}`);
  }
  return lines;
}
