import { expect, test } from "vitest";
import { codeOfStep, stepOf, stepOfCode } from "./time-code.ts";

/** The secret of RFC 6238, Appendix B, for SHA-1. */
const SECRET = Buffer.from("12345678901234567890");

test.each([
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
])("at second %i the code is that of RFC 6238", (second, code) => {
  const step = stepOf(new Date(second * 1_000));
  expect(codeOfStep(SECRET, step, 8)).toBe(code);
  expect(codeOfStep(SECRET, step)).toBe(code.slice(2));
});

const NOW = new Date("2026-11-24T02:00:10Z");
const step = stepOf(NOW);

test("codes of the step, of the one before and of the next are taken, and no others", () => {
  const taken = [-2, -1, 0, 1, 2].map((by) => stepOfCode(SECRET, codeOfStep(SECRET, step + by), NOW, 0));
  expect(taken).toEqual([undefined, step - 1, step, step + 1, undefined]);
});

test("a step that was used, and any before it, gives no second sign-in", () => {
  expect(stepOfCode(SECRET, codeOfStep(SECRET, step), NOW, step)).toBeUndefined();
  expect(stepOfCode(SECRET, codeOfStep(SECRET, step - 1), NOW, step)).toBeUndefined();
  expect(stepOfCode(SECRET, codeOfStep(SECRET, step + 1), NOW, step)).toBe(step + 1);
});

test.each(["", "12345", `${codeOfStep(SECRET, step)}0`, "一二三四五六"])("%j is no code", (code) => {
  expect(stepOfCode(SECRET, code, NOW, 0)).toBeUndefined();
});
