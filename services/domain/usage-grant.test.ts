import { describe, expect, test } from "vitest";
import {
  admitUse,
  type FileForm,
  fetchableForms,
  selectFields,
  type UsageAttempt,
  type UsageGrant,
} from "./usage-grant.ts";

const grant: UsageGrant = {
  app: "tax-desk",
  context: {
    purpose: "办理税务登记",
    holder: { name: "张三", code: "11010519491231002X", codeType: "111" },
    items: ["LICENCE", "PERMIT"],
    businessId: "B-1",
    stage: "受理",
    outlet: "天河办税厅",
    businessTime: "2026-03-15T10:00:00+08:00",
    department: "11430000006122244L",
    operator: { account: "li", name: "李四" },
    matter: "M-1",
  },
  items: [
    { item: "LICENCE", fields: ["名称", "住所"], files: ["pdf", "message"] },
    { item: "PERMIT", fields: [] },
  ],
  expiresAt: "2026-03-15T10:15:00+08:00",
  maxUses: 3,
  uses: 0,
};

function use(attempt: Partial<UsageAttempt> = {}, change: Partial<UsageGrant> = {}): () => void {
  return () =>
    admitUse({ ...grant, ...change }, { app: "tax-desk", now: new Date("2026-03-15T02:10:00Z"), ...attempt });
}

const refusal = (reason: string, ...fields: string[]) =>
  expect.objectContaining({ reason, fields: fields.map((field) => expect.objectContaining({ field })) });

describe("use of a code (5.4.3)", () => {
  test("a use within app, time, count, matter, holder, item and fields is admitted", () => {
    expect(use()).not.toThrow();
    expect(
      use({ matter: "M-1", item: "LICENCE", holders: [grant.context.holder], fields: ["住所", "名称"] }),
    ).not.toThrow();
    expect(use({ item: "PERMIT" })).not.toThrow();
  });

  test("another app is refused, and learns nothing else about the code", () => {
    const foreign = refusal("USAGE_CODE_FOREIGN", "usage_code");
    expect(use({ app: "other" })).toThrow(foreign);
    expect(use({ app: "other", now: new Date("2027-01-01T00:00:00Z"), matter: "M-2" }, { uses: 3 })).toThrow(foreign);
  });

  test("a code ends at its instant of expiry", () => {
    expect(use({ now: new Date("2026-03-15T02:14:59.999Z") })).not.toThrow();
    expect(use({ now: new Date("2026-03-15T02:15:00Z") })).toThrow(refusal("USAGE_CODE_EXPIRED", "usage_code"));
  });

  test("an instant of expiry that cannot be read counts as past", () => {
    expect(use({}, { expiresAt: "soon" })).toThrow(refusal("USAGE_CODE_EXPIRED", "usage_code"));
  });

  test("a code is spent after its last use", () => {
    expect(use({}, { uses: 2 })).not.toThrow();
    expect(use({}, { uses: 3 })).toThrow(refusal("USAGE_CODE_SPENT", "usage_code"));
  });

  test.each<[string, Partial<UsageAttempt>, string]>([
    ["another matter", { matter: "M-2" }, "matter_code"],
    ["an item that the context does not name", { item: "MARRIAGE", fields: ["名称"] }, "item_code"],
    ["a field beyond those allowed", { item: "LICENCE", fields: ["名称", "注册资本"] }, "fields[1]"],
    ["any field of an item for verification only", { item: "PERMIT", fields: ["名称"] }, "fields[0]"],
    ["fields without an item", { fields: ["名称"] }, "fields[0]"],
    ["a form of file that is not opened", { item: "LICENCE", form: "ofd" }, "format"],
    ["a file of an item without files", { item: "PERMIT", form: "pdf" }, "format"],
    ["a data message that tells more", { item: "LICENCE", form: "message", dataItems: ["名称", "资本"] }, "format"],
    ["a certificate of another holder", { holders: [{ code: "440524188001010014", codeType: "111" }] }, "identifier"],
    ["the same code of another type", { holders: [{ code: "11010519491231002X", codeType: "999" }] }, "identifier"],
    ["a certificate without holders", { holders: [] }, "identifier"],
  ])("%s is refused as USAGE_NOT_ALLOWED", (_what, attempt, field) => {
    expect(use(attempt)).toThrow(refusal("USAGE_NOT_ALLOWED", field));
  });

  test("everything that exceeds the code is told at once", () => {
    const attempt = { matter: "M-2", holders: [], item: "PERMIT", fields: ["a", "b"] };
    expect(use(attempt)).toThrow(refusal("USAGE_NOT_ALLOWED", "matter_code", "identifier", "fields[0]", "fields[1]"));
  });

  test("one holder among several is enough", () => {
    expect(use({ holders: [{ code: "440524188001010014", codeType: "111" }, grant.context.holder] })).not.toThrow();
  });
});

describe("minimum disclosure (5.9.6)", () => {
  test("a data message, its signature and an OFD, which carries it, need the right to every data item; a PDF does not", () => {
    const files: FileForm[] = ["pdf", "ofd", "message", "message-signature"];
    expect(fetchableForms({ item: "LICENCE", fields: ["名称"], files }, ["名称", "住所"])).toEqual(["pdf"]);
    expect(fetchableForms({ item: "LICENCE", fields: ["名称", "住所"], files }, ["名称", "住所"])).toEqual(files);
    expect(fetchableForms({ item: "LICENCE", fields: ["名称", "住所"], files: [] }, ["名称"])).toEqual([]);
    expect(fetchableForms({ item: "LICENCE", fields: ["名称"] }, ["名称"])).toEqual([]);
  });

  const data = { 名称: "甲", 住所: { 区: "天河" }, 秘密: "x" };

  test("only the fields asked for leave, absent ones are left out", () => {
    expect(selectFields(data, ["住所", "名称", "名称", "无"])).toEqual({ 名称: "甲", 住所: { 区: "天河" } });
    expect(selectFields(data, [])).toEqual({});
  });

  test("names of the object prototype select nothing, unless they are data", () => {
    expect(Object.keys(selectFields(data, ["constructor", "__proto__", "toString"]))).toEqual([]);
    const odd = selectFields(JSON.parse('{"__proto__":"data"}'), ["__proto__"]);
    expect(Object.keys(odd)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
  });
});
