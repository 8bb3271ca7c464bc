import { daysBetween } from "./civil-date.ts";

/** What a plan wants of a department by a day: that it issues an item, or uses certificates in a matter. */
export interface PlanGoal {
  kind: "issue" | "use";
  /** Code of the item or matter. */
  code: string;
  department: string;
  /** Last day by which it is to be done, `yyyy-MM-dd`. */
  dueOn: string;
}

/** What stands of a goal: whether it is reached, and since when; of an item also whether it is on the list. */
export interface GoalFacts {
  isReached: boolean;
  /** First day, where it is known. */
  since?: string;
  isListed: boolean;
  /** First day on which something was really issued or used, where one is known. */
  doneSince?: string;
}

/** How a goal stands on a day. */
export interface GoalProgress extends PlanGoal, GoalFacts {
  /** Days behind the day it was due on: of what is reached those that it took too long, where its first day is known. */
  daysLate: number;
}

/** A plan as a whole, and of each department. */
export interface PlanTally {
  goals: number;
  reached: number;
  /** Not reached, and due. */
  late: number;
  /** Of these something was really issued or used. */
  done: number;
}

/** How goals stand on a day (6.2.5.2). */
export function progressOf<G extends PlanGoal>(
  goals: readonly G[],
  factsOf: (goal: G) => GoalFacts,
  day: string,
): (G & GoalProgress)[] {
  return goals.map((goal) => {
    const facts = factsOf(goal);
    const done = facts.isReached ? (facts.since ?? goal.dueOn) : day;
    return { ...goal, ...facts, daysLate: Math.max(0, daysBetween(goal.dueOn, done)) };
  });
}

/** Counts goals. */
export function tallyOf(goals: readonly GoalProgress[]): PlanTally {
  const reached = goals.filter(({ isReached }) => isReached).length;
  const late = goals.filter(({ isReached, daysLate }) => !isReached && daysLate > 0).length;
  const done = goals.filter(({ doneSince }) => doneSince !== undefined).length;
  return { goals: goals.length, reached, late, done };
}

/** The tally of each department, by its code. */
export function tallyByDepartment(goals: readonly GoalProgress[]): [string, PlanTally][] {
  const departments = [...new Set(goals.map(({ department }) => department))].sort();
  return departments.map((code) => [code, tallyOf(goals.filter(({ department }) => department === code))]);
}
