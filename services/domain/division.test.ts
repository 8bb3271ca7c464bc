import { describe, expect, test } from "vitest";
import { ancestorsOf, divisionFault, divisionPrefix, isWithin, levelOf } from "./division.ts";

describe("division", () => {
  test.each([
    ["440000", "province"],
    ["440100", "city"],
    ["440106", "county"],
    ["440106007", "township"],
    ["440106007001", "village"],
    ["441900003", "township"],
    ["440100000000", "city"],
    ["500000", "province"],
  ])("%s is a %s", (division, level) => {
    expect(levelOf(division)).toBe(level);
  });

  test("the divisions above come nearest first", () => {
    expect(ancestorsOf("440106")).toEqual(["440100", "440000"]);
    expect(ancestorsOf("440100")).toEqual(["440000"]);
    expect(ancestorsOf("440000")).toEqual([]);
    expect(ancestorsOf("440106007001")).toEqual(["440106007", "440106", "440100", "440000"]);
  });

  test("a township of a city without counties lies directly under the city", () => {
    expect(ancestorsOf("441900003")).toEqual(["441900", "440000"]);
    expect(ancestorsOf("441900003001")).toEqual(["441900003", "441900", "440000"]);
  });

  test("a division is within itself and within those above it", () => {
    for (const above of ["440106", "440100", "440000", "440100000000"]) expect(isWithin("440106", above)).toBe(true);
    expect(isWithin("440106007001", "440106")).toBe(true);
    expect(isWithin("440100000000", "440100")).toBe(true);
  });

  test("a division is not within its neighbours or those below it", () => {
    for (const other of ["440200", "440105", "440106007", "350000"]) expect(isWithin("440106", other)).toBe(false);
    expect(isWithin("440000", "440100")).toBe(false);
  });

  test("a code has 6 to 12 digits", () => {
    for (const good of ["440106", "4401060", "440106007", "440106007001"]) expect(divisionFault(good)).toBeUndefined();
    for (const bad of ["44010", "4401060070011", "44010A", "040106", "", "４40106"]) {
      expect(divisionFault(bad)).toBeDefined();
    }
  });

  test.each([
    ["440000", "44"],
    ["440100", "4401"],
    ["440106", "440106"],
    ["440106001", "440106001"],
    ["440106001000", "440106001"],
    ["440110", "440110"],
    ["44000001", "44000001"],
  ])("%s and what is below begin with %s", (division, prefix) => {
    expect(divisionPrefix(division)).toBe(prefix);
  });
});
