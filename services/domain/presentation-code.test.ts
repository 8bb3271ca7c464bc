import { describe, expect, test } from "vitest";
import { presentationDigest, presentationText, readPresentation } from "./presentation-code.ts";
import { usageCodeDigest } from "./usage-code.ts";

const code = "AAAAAAAAAAAAAAAAAAAAAA";

describe("5.5.2 the text of a presentation (亮证码)", () => {
  test("names the node that made it, and is read again as it was written", () => {
    const text = presentationText({ node: "440100", code });
    expect(text).toBe(`ecert:present:440100:${code}`);
    expect(readPresentation(text)).toEqual({ node: "440100", code });
  });

  test.each([
    ["nothing", ""],
    ["a code alone", code],
    ["another scheme", `ecert:issue:440100:${code}`],
    ["no node", `ecert:present::${code}`],
    ["a node that cannot be", `ecert:present:44/01:${code}`],
    ["a code that is too short", `ecert:present:440100:${code.slice(1)}`],
    ["another spelling of a code", `ecert:present:440100:${code.slice(1)}B`],
    ["something behind the code", `ecert:present:440100:${code}:1`],
  ])("is refused with what to send where it is %s", (_what, text) => {
    const remedy = expect.stringMatching(/as it was scanned/);
    const fields = [expect.objectContaining({ field: "presentation", remedy })];
    expect(() => readPresentation(text)).toThrow(expect.objectContaining({ reason: "INVALID_FIELD", fields }));
  });

  test("is stored by a digest that is no usage code's", () => {
    expect(presentationDigest(code)).toMatch(/^[0-9a-f]{64}$/);
    expect(presentationDigest(code)).not.toBe(usageCodeDigest(code));
  });
});
