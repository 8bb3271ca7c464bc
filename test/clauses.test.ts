import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CLAUSES } from "../ops/docs/clauses.ts";
import { CLAUSES_PAGE, clausesPage, proofs, unproved } from "../ops/docs/clauses-page.ts";

const README = readFileSync(join(resolve(import.meta.dirname, ".."), "README.md"), "utf8");
const found = proofs();

describe("every numbered clause of chapters 4 to 6", () => {
  test("is proved by tests, is none of software with a reason, or is named in README as not there yet", () => {
    expect(unproved(found)).toEqual([]);
    const [, notThere = ""] = README.split("\n## Not there yet\n");
    const unsaid = CLAUSES.filter(({ open }) => open !== undefined && !notThere.includes(open));
    expect(unsaid.map(({ number }) => number)).toEqual([]);
  });

  test("stands on the page with them: `npm run pictures` draws it", () => {
    expect(readFileSync(CLAUSES_PAGE, "utf8")).toBe(clausesPage());
  });

  test("that tests cite is one of the standard's", () => {
    const numbers = new Set(CLAUSES.map(({ number }) => number));
    const sections = new Set(
      CLAUSES.flatMap(({ number }) => [number.replace(/\.\d+$/, ""), number.split(".").slice(0, 2).join(".")]),
    );
    const unknown = [...found].filter(([clause]) => !numbers.has(clause) && !sections.has(clause));
    expect(unknown.map(([clause, [proof]]) => `${clause}: ${proof?.name}`)).toEqual([]);
  });

  test("that is proved as another is names one that stands on the page", () => {
    const numbers = new Set(CLAUSES.map(({ number }) => number));
    expect(CLAUSES.flatMap(({ as = [] }) => as).filter((one) => !numbers.has(one))).toEqual([]);
  });
});
