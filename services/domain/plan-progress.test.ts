import { expect, test } from "vitest";
import { daysBetween } from "./civil-date.ts";
import { type PlanGoal, progressOf, tallyByDepartment, tallyOf } from "./plan-progress.ts";

const goal = (code: string, department: string): PlanGoal => ({ kind: "issue", code, department, dueOn: "2026-12-31" });
const GOALS = [goal("A", "x"), goal("B", "x"), goal("C", "y")];
const reached = { A: "2027-01-05", B: "2026-12-01" } as Record<string, string>;
const factsOf = ({ code }: PlanGoal) => {
  const since = reached[code];
  return since === undefined ? { isReached: false, isListed: false } : { isReached: true, since, isListed: true };
};

test("6.2.5.2 what is reached late keeps its days, what is not reached grows later each day, and nothing is late on its day", () => {
  const late = (day: string) => progressOf(GOALS, factsOf, day).map(({ daysLate }) => daysLate);
  expect(late("2026-12-31")).toEqual([5, 0, 0]);
  expect(late("2027-01-01")).toEqual([5, 0, 1]);
  expect(late("2027-12-31")).toEqual([5, 0, 365]);
});

test("6.2.6.1 each department is counted by itself, and all together", () => {
  // What is opened is not yet done: of A something was issued, of B nothing.
  const done = (goal: PlanGoal) => ({ ...factsOf(goal), ...(goal.code === "A" && { doneSince: "2027-01-20" }) });
  const progress = progressOf(GOALS, done, "2027-02-01");
  expect(tallyOf(progress)).toEqual({ goals: 3, reached: 2, late: 1, done: 1 });
  expect(tallyByDepartment(progress)).toEqual([
    ["x", { goals: 2, reached: 2, late: 0, done: 1 }],
    ["y", { goals: 1, reached: 0, late: 1, done: 0 }],
  ]);
});

test("days between dates go over leap days and years, and back", () => {
  expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
  expect(daysBetween("2027-01-01", "2026-12-31")).toBe(-1);
});
