import { expect, test } from "vitest";
import type { Figure } from "./figure.ts";
import { type BenchResults, comparedLines, compareRuns } from "./side-by-side.ts";

const run = (value: number, more: Figure[] = []): BenchResults => ({
  issue: [{ name: "issued", unit: "certificates/s", value }, ...more],
  documents: ["a line of text"],
});

test("two commits are compared by the median of each figure that both have measured", () => {
  const compared = compareRuns(
    [run(10), run(12), run(90)],
    [run(24), run(30), run(1, [{ name: "new", unit: "ms", value: 1 }])],
  );
  expect(compared).toEqual([{ bench: "issue", name: "issued", unit: "certificates/s", before: 12, now: 24, ratio: 2 }]);
  expect(comparedLines(compared)[1]).toContain("12.00     24.00      2.00  issue: issued, certificates/s");
});

test("what was nothing before has no ratio", () => {
  expect(compareRuns([run(0)], [run(1)])[0]).not.toHaveProperty("ratio");
});
