import { describe, expect, test } from "vitest";
import { mayIssueOwn, ownWork } from "./separation.ts";

describe("making and issuing on screen (5.9.2)", () => {
  test("are two people's work unless the opening allows one person both", () => {
    expect(mayIssueOwn({}, "440100-zhang", "440100-zhang")).toBe(false);
    expect(mayIssueOwn({ samePersonMayIssue: false }, "440100-zhang", "440100-zhang")).toBe(false);
    expect(mayIssueOwn({ samePersonMayIssue: true }, "440100-zhang", "440100-zhang")).toBe(true);
  });

  test("another person's work, and what no account has made, is issued by whoever is there for it", () => {
    expect(mayIssueOwn({}, "440100-zhang", "440100-li")).toBe(true);
    expect(mayIssueOwn({}, undefined, "440100-li")).toBe(true);
  });

  test("the refusal tells in both languages that somebody else issues it, and names nobody", () => {
    expect(ownWork().message).toContain("another member of staff");
    expect(ownWork().localized).toBe(
      "没有权限：该发证开通要求制证与核验签发由不同人员办理，请由本部门其他核验签发人员办理",
    );
  });
});
