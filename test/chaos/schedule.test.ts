import { expect, test } from "vitest";
import { scheduleOf } from "./schedule.ts";

const drawn = (seed: number, engine: "sqlite" | "mongodb" = "sqlite") => {
  const schedule = scheduleOf(seed, engine);
  return Array.from({ length: 40 }, () => [schedule.near(), schedule.far(), schedule.copied()]);
};

test("a seed gives the same blows each time, and another seed gives others", () => {
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

test("every kind of blow comes within the first round of draws, those to the database only where there is one", () => {
  const kinds = (engine: "sqlite" | "mongodb") =>
    new Set(drawn(1, engine).flatMap(([near, far]) => [near, far].map((one) => JSON.stringify(one).slice(0, 40))));
  const parts = (engine: "sqlite" | "mongodb") =>
    new Set(drawn(1, engine).map(([near]) => (near as { part: string }).part));
  expect(kinds("sqlite").size).toBeGreaterThan(15);
  expect(parts("sqlite")).not.toContain("database");
  expect(parts("mongodb")).toContain("database");
});
