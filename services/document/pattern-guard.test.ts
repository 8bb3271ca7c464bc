import { expect, test } from "vitest";
import { patternFault } from "./pattern-guard.ts";

test.each(["^[0-9A-Z]{28}$", "^粤\\d{4}[A-Z]*$", "^(\\d{4}-){1,3}\\d{2}$", "^(甲|乙)类$", "^[^+*]+$"])(
  "accepts %s",
  (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  },
);

test.each([
  ["[0-9]+$", "anchored"],
  ["^(a+)+$", "itself varies"],
  ["^(a|aa)*$", "itself varies"],
  ["^((a*)b){2,}$", "itself varies"],
  ["^(([a-z])+.)+[A-Z]$", "itself varies"],
  ["^a*b*c*$", "open quantifiers"],
  ["^[0-9]{0,500}a*b*$", "open quantifiers"],
  [`^${"a?".repeat(25)}${"a".repeat(25)}$`, "open quantifiers"],
  ["^(a?){30}a{30}$", "itself varies"],
  ["^(?:a|b?)+$", "itself varies"],
  ["^(a)\\1$", "back reference"],
  ["^(?=a)b$", "look-around"],
  [`^${"a".repeat(200)}$`, "200 characters"],
  ["^[a", "open class"],
])("refuses %s", (pattern, why) => {
  expect(patternFault(pattern)).toContain(why);
});
