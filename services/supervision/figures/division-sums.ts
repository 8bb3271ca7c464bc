import { ancestorsOf, DIVISION_LEVELS, type DivisionLevel, levelOf } from "../../domain/division.ts";
import type { RateFigures } from "../../domain/rates.ts";

/** Figures of a department, or of a division: the sum over its departments and those of divisions below. */
export interface FigureRow {
  division: string;
  /** Empty: a division's. */
  department: string;
  name: string;
  /** Nodes that it rests on. */
  nodes: readonly string[];
  figures: RateFigures;
}

/** Sums over departments, by the divisions that they lie in. */
export interface DivisionSums {
  add(department: { division: string; node: string }, figures: RateFigures): void;
  /** Divisions of a level, by code; those without a department are left out. */
  rows(level: DivisionLevel): FigureRow[];
}

/** Levels that figures are told of. */
export const TOLD_LEVELS: readonly DivisionLevel[] = DIVISION_LEVELS.slice(0, 3);

const NONE: Readonly<RateFigures> = { listed: 0, opened: 0, synchronous: 0, portal: 0, usable: 0 };

/** The divisions that a division lies in, itself among them, down to counties: level and code of six digits. */
export function toldDivisions(division: string): { level: DivisionLevel; code: string }[] {
  return [division, ...ancestorsOf(division)]
    .map((one) => ({ level: levelOf(one), code: one.slice(0, 6) }))
    .filter(({ level }) => TOLD_LEVELS.includes(level));
}

/** Creates the sums of no department yet. */
export function createDivisionSums(): DivisionSums {
  const found = new Map<string, { level: DivisionLevel; nodes: Set<string>; figures: RateFigures }>();
  return {
    add({ division, node }, figures) {
      for (const { level, code } of toldDivisions(division)) {
        const row = found.get(code) ?? { level, nodes: new Set<string>(), figures: { ...NONE } };
        found.set(code, row);
        row.nodes.add(node);
        for (const key of Object.keys(row.figures) as (keyof RateFigures)[]) row.figures[key] += figures[key];
      }
    },
    rows: (level) =>
      [...found]
        .filter(([, row]) => row.level === level)
        .map(([division, { nodes, figures }]) => ({ division, department: "", name: "", nodes: [...nodes], figures }))
        .sort((a, b) => (a.division < b.division ? -1 : 1)),
  };
}
