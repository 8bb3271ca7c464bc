import { describe, expect, test } from "vitest";
import { type DataBinding, requireBound } from "./data-binding.ts";
import type { MessageMetadata } from "./message.ts";
import type { Refusal } from "./refusal.ts";

const metadata = {
  number: "N-1",
  issueDate: "2026-01-05",
  validTo: "2031-01-04",
  issuer: { name: "局", code: "I", division: "440100" },
  holders: [
    { name: "甲公司", code: "C1", codeType: "001" },
    { name: "乙公司", code: "C2", codeType: "001" },
  ],
} as MessageMetadata;

const bind = (dataItem: string, member: string): DataBinding => ({ dataItem, metadata: member });

function refusalOf(bindings: DataBinding[], data: object): Refusal | undefined {
  try {
    requireBound(bindings, { metadata, data: data as never }, (member) => `order.${member}`);
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
}

describe("5.3 a data item that an item binds says what the metadata say", () => {
  test.each<[string, string, object]>([
    ["/name", "holders[0].name", { name: "甲公司" }],
    ["/second/code", "holders[1].code", { second: { code: "C2" } }],
    ["/kind", "holders[0].codeType", { kind: "001" }],
    ["/owners/1/name", "holders[1].name", { owners: [{}, { name: "乙公司" }] }],
    ["/owners/*/name", "holders[*].name", { owners: [{ name: "甲公司" }, { name: "乙公司" }] }],
    ["/owners/*", "holders[*].code", { owners: ["C1", "C2"] }],
    ["/编号", "number", { 编号: "N-1" }],
    ["/until", "validTo", { until: "2031-01-04" }],
    ["/by", "issuer.name", { by: "局" }],
    // Neither has anything to say.
    ["/from", "validFrom", {}],
    ["/third", "holders[2].name", {}],
  ])("%s as %s", (dataItem, member, data) => {
    expect(refusalOf([bind(dataItem, member)], data)).toBeUndefined();
  });

  test.each<[string, string, string, object]>([
    ["another holder", "/name", "holders[0].name", { name: "乙公司" }],
    ["a space more", "/name", "holders[0].name", { name: "甲公司 " }],
    ["nothing", "/name", "holders[0].name", {}],
    ["a day where there is none", "/from", "validFrom", { from: "2026-01-05" }],
    ["holders turned round", "/owners/*/name", "holders[*].name", { owners: [{ name: "乙公司" }, { name: "甲公司" }] }],
    ["a holder less", "/owners/*/name", "holders[*].name", { owners: [{ name: "甲公司" }] }],
    ["no list of holders", "/owners/*/name", "holders[*].name", {}],
    ["a number for a text", "/number", "number", { number: 1 }],
    ["what JavaScript has by itself", "/constructor/name", "holders[2].name", { constructor: { name: "Object" } }],
    ["a member that this program does not know", "/name", "remark", {}],
  ])("and is refused with %s", (_, dataItem, member, data) => {
    expect(refusalOf([bind(dataItem, member)], data)).toMatchObject({ reason: "DATA_MISMATCH" });
  });

  test("the refusal names both fields of every pair and the remedy in both languages, and tells no value", () => {
    const refusal = refusalOf([bind("/name", "holders[0].name"), bind("/no", "number")], { name: "丙公司", no: "7" });
    expect(refusal?.fields).toEqual([
      {
        field: "/data/name",
        description: "does not say what order.holders[0].name says",
        remedy: "say the same as order.holders[0].name",
        localized: "应与order.holders[0].name相同，请更正其一",
      },
      {
        field: "order.holders[0].name",
        description: "is not what /data/name says",
        remedy: "say the same in /data/name",
        localized: "应与/data/name相同，请更正其一",
      },
      {
        field: "/data/no",
        description: "does not say what order.number says",
        remedy: "say the same as order.number",
        localized: "应与order.number相同，请更正其一",
      },
      {
        field: "order.number",
        description: "is not what /data/no says",
        remedy: "say the same in /data/no",
        localized: "应与/data/no相同，请更正其一",
      },
    ]);
    expect(refusal?.message).toContain("/data/name does not say what order.holders[0].name says");
    expect(refusal?.localized).toBe(
      "业务数据与证照元数据不一致：/data/name 应与 order.holders[0].name 相同，/data/no 应与 order.number 相同",
    );
    expect(JSON.stringify([refusal?.message, refusal?.fields, refusal?.metadata])).not.toMatch(/甲公司|丙公司/);
  });
});
