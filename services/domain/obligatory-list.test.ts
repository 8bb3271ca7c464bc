import { describe, expect, test } from "vitest";
import { type ObligatoryList, obligatoryListOf } from "./obligatory-list.ts";

const PROVINCE = "440000";
const CITY = "440100";
const COUNTY = "440106";

const lists: ObligatoryList[] = [
  {
    division: PROVINCE,
    own: ["province-only"],
    designations: [
      { item: "for-cities", to: { level: "city" } },
      { item: "for-one-county", to: { divisions: [COUNTY] } },
      { item: "shared", to: { level: "county" } },
    ],
  },
  {
    division: CITY,
    own: ["city-own", "for-cities"],
    designations: [
      { item: "shared", to: { divisions: [COUNTY, "440105"] } },
      { item: "foreign", to: { divisions: ["440200", PROVINCE, CITY] } },
    ],
  },
  { division: COUNTY, own: ["county-own", "county-own"], designations: [] },
  { division: "440200", own: ["elsewhere"], designations: [{ item: "elsewhere", to: { level: "county" } }] },
];

describe("effective obligatory list (4.1.2, 4.3.2)", () => {
  test("a division has its own items and those designated by the divisions above, and says by whom", () => {
    expect(obligatoryListOf(COUNTY, lists)).toEqual([
      { item: "county-own", decidedBy: [COUNTY] },
      { item: "for-one-county", decidedBy: [PROVINCE] },
      { item: "shared", decidedBy: [CITY, PROVINCE] },
    ]);
  });

  test("an item both own and designated names the division itself first", () => {
    expect(obligatoryListOf(CITY, lists)).toEqual([
      { item: "city-own", decidedBy: [CITY] },
      { item: "for-cities", decidedBy: [CITY, PROVINCE] },
    ]);
  });

  test("a designation for a level skips the levels between, and own items are not passed down", () => {
    expect(obligatoryListOf("440103", lists).map(({ item }) => item)).toEqual(["shared"]);
  });

  test("a designation reaches neither neighbours, nor upwards, nor its maker", () => {
    expect(obligatoryListOf(PROVINCE, lists).map(({ item }) => item)).toEqual(["province-only"]);
    expect(obligatoryListOf("440200", lists).map(({ item }) => item)).toEqual(["elsewhere", "for-cities"]);
  });

  test("a division that nobody has decided about has an empty list", () => {
    expect(obligatoryListOf("450100", lists)).toEqual([]);
  });
});
