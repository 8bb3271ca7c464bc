import { describe, expect, test } from "vitest";
import { holderNameFault } from "./holder-name.ts";

const COMPANY = { code: "91440106MA9DEM2A6K", codeType: "001" };
const TRADER = { code: "92440106MA9DEM3B0L", codeType: "001" };
const OFFICE = { code: "11440106MB9DEM11X6", codeType: "001" };
const PERSON = { code: "449900198506073019", codeType: "111" };

const faultOf = (name: string, of: { code: string; codeType: string }, kind: "person" | "organisation") =>
  holderNameFault({ name, ...of }, kind)?.description;

describe("a holder's name against the code", () => {
  test.each([
    ["岭海云帆软件有限公司", COMPANY],
    ["岭海市先锋合伙企业（有限合伙）", COMPANY],
    ["华西厂", COMPANY],
    ["甲公司", COMPANY],
    ["7-11便利店", COMPANY],
    ["Lingnan Sails Ltd.", COMPANY],
    ["欧阳示例", COMPANY],
    ["梁示例", TRADER],
    ["潮记小馆", TRADER],
    ["财政部", OFFICE],
  ])("%s may be an organisation of %o", (name, of) => {
    expect(faultOf(name, of, "organisation")).toBeUndefined();
  });

  test.each(["梁示例", "欧阳示例", "阿依古丽·买买提", "Anna Maria Example", "潮记小馆", "春风经营部"])(
    "%s may be a person, or the name that a trader goes by",
    (name) => {
      expect(faultOf(name, PERSON, "person")).toBeUndefined();
    },
  );

  test.each([
    "岭海云帆软件有限公司",
    "岭海云帆软件有限公司（分立）",
    "云山村民委员会",
    "岭海市市场监督管理局",
    "岭海大学",
  ])("%s is nobody's own name", (name) => {
    expect(faultOf(name, PERSON, "person")).toContain("natural person's code");
  });

  test.each(["梁示例", "梁示", "阿依古丽·买买提"])("%s is no name of an enterprise", (name) => {
    expect(faultOf(name, COMPANY, "organisation")).toContain("enterprise's code");
  });

  test.each(["4401060000012345", "——", "（2026）1"])("%s holds no letter", (name) => {
    expect(faultOf(name, OFFICE, "organisation")).toContain("no letter");
  });

  test.each([COMPANY.code, "92440106MA9DEM3B0L", "11010519491231002X"])("%s is a code", (name) => {
    expect(faultOf(name, COMPANY, "organisation")).toContain("in place of the name");
  });

  test("what breaks the rule of all texts is told as that", () => {
    expect(faultOf("", PERSON, "person")).toBe("the name is empty");
    expect(faultOf("⼴东公司", COMPANY, "organisation")).toContain("U+2F34");
  });
});
