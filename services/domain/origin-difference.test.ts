import { describe, expect, test } from "vitest";
import { MAX_DIFFERENCES, originDifferences } from "./origin-difference.ts";
import { type OriginStatement, originBytes } from "./origin-statement.ts";

const statement: OriginStatement = {
  schema: "ecert.origin.v1",
  app: "gz-scjg",
  businessSerial: "1",
  itemCode: "100001",
  issuerCode: "11440100MB2C91870E",
  holders: [{ name: "广州某某有限公司", code: "91440101MA5CXXXX0X", codeType: "001" }],
  issueDate: "2026-11-24",
  data: { name: "公司", capital: 100, "a/b~": [1, { c: null }] },
  attachments: [],
  signedAt: "2026-11-24T10:00:00Z",
};

const utf8 = (text: string) => new TextEncoder().encode(text);
const differencesOf = (signed: unknown) => originDifferences(statement, utf8(JSON.stringify(signed)));
const { attachments: _none, ...without } = statement;

describe("what a caller has signed against the statement of its order", () => {
  test("has no difference where it is the same octets", () => {
    expect(originDifferences(statement, originBytes(statement))).toEqual([]);
  });

  test("names each member that is absent, surplus or another, in both directions and at any depth", () => {
    const holders = [{ ...statement.holders[0], codeType: "1" }, { name: "second" }];
    const data = { ...statement.data, capital: "100", "a/b~": [1, { c: 0 }] };
    expect(differencesOf({ ...without, holders, data, number: "", version: 0 })).toEqual([
      { member: "/holders/0/codeType", kind: "other", expected: '"001"', signed: '"1"' },
      { member: "/holders/1", kind: "surplus", expected: "", signed: "an object of 1" },
      { member: "/data/capital", kind: "other", expected: "100", signed: '"100"' },
      { member: "/data/a~1b~0/1/c", kind: "other", expected: "null", signed: "0" },
      { member: "/attachments", kind: "absent", expected: "a list of 0", signed: "" },
      { member: "/number", kind: "surplus", expected: "", signed: '""' },
      { member: "/version", kind: "surplus", expected: "", signed: "0" },
    ]);
    expect(differencesOf({ ...statement, attachments: {} })).toMatchObject([
      { member: "/attachments", expected: "a list of 0", signed: "an object of 0" },
    ]);
  });

  test("tells the place where the same JSON is written in another form: order, white space, numbers, escapes", () => {
    expect(differencesOf(statement)).toMatchObject([{ member: "", kind: "form", expected: /^octet 2: / }].map(shape));
    const canonical = new TextDecoder().decode(originBytes(statement));
    for (const text of [canonical.replace("100,", "100.0,"), canonical.replace("公", "\\u516c"), `${canonical}\n`]) {
      expect(originDifferences(statement, utf8(text))).toMatchObject([{ member: "", kind: "form" }]);
    }
  });

  test("is unreadable where it is no JSON in UTF-8", () => {
    const marked = utf8(`\ufeff${JSON.stringify(statement)}`);
    for (const octets of [utf8("{"), Uint8Array.of(0xff, 0xfe), utf8("[".repeat(400_000)), marked]) {
      expect(originDifferences(statement, octets)).toMatchObject([{ member: "", kind: "unreadable" }]);
    }
    expect(differencesOf([])).toMatchObject([{ member: "", kind: "other", signed: "a list of 0" }]);
  });

  test("shows long values and many differences up to a limit", () => {
    const long = differencesOf({ ...statement, app: "公".repeat(500) });
    expect(long[0]?.signed.length).toBeLessThanOrEqual(81);
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`k${index}`, index]));
    expect(differencesOf({ ...statement, data: many })).toHaveLength(MAX_DIFFERENCES);
  });
});

function shape({ expected, ...rest }: { member: string; kind: string; expected: RegExp }) {
  return { ...rest, expected: expect.stringMatching(expected) };
}
