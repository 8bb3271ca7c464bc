import { expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { circlePath, coordsOf, mapPath, parsePath } from "./path.ts";

test("reads absolute steps and turns H and V into lines", () => {
  expect(parsePath("M 1 2 H5 V-3.5 Q 1 1,2 2 C 0 0 1 1 .5 6 Z", "d")).toEqual({
    ops: "MLLQCZ",
    coords: [1, 2, 5, 2, 5, -3.5, 1, 1, 2, 2, 0, 0, 1, 1, 0.5, 6],
  });
});

test.each([
  ["", "empty"],
  ["L 1 2", "must start with M"],
  ["M 1", "lacks a number"],
  ["M 1 2 l 3 4", 'unknown step "l"'],
  ["M 1 2 3 4", 'unknown step "3"'],
  ["M 1 2 A 1 1 0 0 1 5 5", 'unknown step "A"'],
])("refuses %j by name of the field", (text, why) => {
  const error = refusalOf(() => parsePath(text, "paths[2].d"));
  expect(error.reason).toBe("INVALID_FIELD");
  expect(error.fields[0]).toMatchObject({ field: "paths[2].d", description: expect.stringContaining(why) });
});

test("maps every point and keeps the steps in step with their points", () => {
  const path = mapPath(circlePath(0, 0, 1), [2, 0, 0, 2, 10, 20]);
  expect([...path.ops].reduce((sum, op) => sum + coordsOf(op), 0)).toBe(path.coords.length);
  const xs = path.coords.filter((_, i) => i % 2 === 0);
  expect([Math.min(...xs), Math.max(...xs)]).toEqual([8, 12]);
});

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
