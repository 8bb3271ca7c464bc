import type { Pace } from "./measure.ts";
import type { BenchTrial } from "./province.ts";

/** One line of the result. */
export interface Figure {
  /** What was measured, in words. */
  name: string;
  value: number;
  unit: string;
  /** What the project wants to reach: the value should be at least, or with `below` at most, so much. */
  aim?: number;
  below?: boolean;
  /** What stands behind the value. */
  note?: string;
}

/** What a bench is run with. */
export interface BenchRun extends Pace {
  /** The trial province, started at the first call and shared by all benches of the run. */
  trial(): Promise<BenchTrial>;
}

/** A bench measures and gives its figures. */
export type Bench = (run: BenchRun) => Promise<Figure[]>;

/** A figure as a line of text: value, unit, aim, what was measured. */
export function figureLine({ name, value, unit, aim, below = false, note }: Figure): string {
  const reached = aim === undefined ? "" : (below ? value <= aim : value >= aim) ? " ✓" : " ✗";
  const wanted = aim === undefined ? "" : ` (aim ${below ? "≤" : "≥"} ${shown(aim)})${reached}`;
  return `  ${shown(value).padStart(9)} ${unit.padEnd(16)} ${name}${wanted}${note ? ` — ${note}` : ""}`;
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
