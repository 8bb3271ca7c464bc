/** How often something was tried, and how often it went as it must. */
export interface Count {
  tried: number;
  good: number;
}

/** What one certificate, or a whole proof, came to. */
export interface Tally {
  certificates: number;
  counts: Record<string, Count>;
  /** Flipped bits by the part of the file that they lie in. */
  flips: Record<string, Count>;
  /** Size of the OFD by that of the PDF, by key. */
  ratios: Record<string, number[]>;
  /** Certificates that were drawn anew because a text had no room in its box, which is refused by design. */
  refusedTexts: number;
  /** What went wrong, with what the tool said. */
  failures: string[];
}

/** An empty tally. */
export function newTally(): Tally {
  return { certificates: 0, counts: {}, flips: {}, ratios: {}, refusedTexts: 0, failures: [] };
}

/** Counts one trial; a bad one is kept with what was said of it. */
export function count(tally: Tally, group: "counts" | "flips", name: string, good: boolean, said: () => string): void {
  const entry = entryOf(tally[group], name);
  entry.tried++;
  if (good) entry.good++;
  else tally.failures.push(`${name}: ${said()}`);
}

function entryOf(group: Record<string, Count>, name: string): Count {
  const entry = group[name] ?? { tried: 0, good: 0 };
  group[name] = entry;
  return entry;
}

/** Adds one tally to another. */
export function add(into: Tally, from: Tally): void {
  for (const group of ["counts", "flips"] as const) {
    for (const [name, { tried, good }] of Object.entries(from[group])) {
      const entry = entryOf(into[group], name);
      entry.tried += tried;
      entry.good += good;
    }
  }
  for (const [key, ratios] of Object.entries(from.ratios)) into.ratios[key] = [...(into.ratios[key] ?? []), ...ratios];
  into.refusedTexts += from.refusedTexts;
  into.failures.push(...from.failures);
}

/** The largest and the middle one of some ratios. */
export function ratioFigures(ratios: readonly number[]): { most: number; median: number } {
  const sorted = ratios.toSorted((a, b) => a - b);
  return { most: sorted.at(-1) ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN };
}

/** The result as a table of Markdown. */
export function tableOf(tally: Tally): string {
  const rows = (group: Record<string, Count>): string[] =>
    Object.entries(group)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { tried, good }]) => `| ${name} | ${tried} | ${good} |`);
  const ratios = Object.entries(tally.ratios).map(([key, list]) => {
    const { most, median } = ratioFigures(list);
    return `| OFD ÷ PDF in bytes, ${key} | ${list.length} | at most ${most.toFixed(2)}, median ${median.toFixed(2)} |`;
  });
  const flips = Object.values(tally.flips).reduce(
    (sum, { tried, good }) => ({ tried: sum.tried + tried, good: sum.good + good }),
    { tried: 0, good: 0 },
  );
  return [
    "| What | Tried | Good |",
    "|---|---|---|",
    ...rows(tally.counts),
    ...ratios,
    "",
    "| One flipped bit in | Tried | Refused |",
    "|---|---|---|",
    ...rows(tally.flips),
    `| **all** | ${flips.tried} | ${flips.good} |`,
  ].join("\n");
}
