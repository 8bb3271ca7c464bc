import { describe, expect, test } from "vitest";
import { readDer } from "./der.ts";
import { derNull, oid, sequence, setOf, utf8String } from "./der-write.ts";
import { nameDer, readName, type SubjectName } from "./name.ts";
import { OID } from "./oid.ts";

const department: SubjectName = {
  country: "CN",
  state: "广东省",
  locality: "广州市",
  organization: "广州市市场监督管理局",
  organizationalUnit: "注册处",
  organizationCode: "11440100MB2C91870E",
  commonName: "广州市市场监督管理局电子印章",
};

const nameOf = (...attributes: [string, Uint8Array][]) =>
  readName(readDer(sequence(...attributes.map(([type, value]) => setOf([sequence(oid(type), value)])))));

describe("distinguished names", () => {
  test("a department's name reads back as written", () => {
    expect(readName(readDer(nameDer(department)))).toEqual(department);
  });

  test.each([
    ["organizationIdentifier", OID.organizationIdentifier, "11440100MB2C91870E"],
    ["organizationIdentifier with the prefix of EN 319 412-1", OID.organizationIdentifier, "NTRCN-11440100MB2C91870E"],
    ["serialNumber", OID.serialNumber, "11440100MB2C91870E"],
    ["UID", OID.userId, "11440100MB2C91870E"],
  ])("the social credit code is found in %s (5.8.3)", (_where, type, text) => {
    expect(nameOf([type, utf8String(text)])).toMatchObject({ organizationCode: "11440100MB2C91870E" });
  });

  test.each(["440102199001011234", "20260001"])("the serialNumber %s is no social credit code", (text) => {
    expect(nameOf([OID.serialNumber, utf8String(text)])).not.toHaveProperty("organizationCode");
  });

  test("the last of two equal attributes counts", () => {
    expect(nameOf([OID.commonName, utf8String("甲")], [OID.commonName, utf8String("乙")]).commonName).toBe("乙");
  });

  test("refuses names that could not be shown or compared", () => {
    expect(() => nameDer({ commonName: "" })).toThrow("commonName");
    expect(() => nameDer({ commonName: "a\nb" })).toThrow("control characters");
    expect(() => nameDer({ organization: "甲".repeat(129) })).toThrow("organization");
    expect(() => nameDer({ country: "China" })).toThrow("country");
    expect(() => readName(readDer(sequence(setOf([sequence(oid(OID.commonName))]))))).toThrow("two members");
    expect(() => nameOf([OID.commonName, derNull])).not.toThrow();
  });
});
