import { describe, expect, test } from "vitest";
import type { MessageMetadata } from "./message.ts";
import { MAX_QR_BYTES, type QrStatement, qrSignedText, qrStatementOf, qrText, readQrText } from "./signed-qr.ts";

const SIGNATURE = "A".repeat(86);
const statement: QrStatement = {
  identifier: "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
  number: "粤(2026)0001|%号",
  name: "不动产权证书",
  holder: "张**、欧**",
  issueDate: "2026-11-24",
  node: "440100",
};

describe("the signed QR code of a face", () => {
  test("states number, masked holders, dates, and where the state is asked", () => {
    const metadata = { ...statement, holders: [{ name: "张三丰" }, { name: "欧阳锋" }] } as unknown as MessageMetadata;
    expect(qrStatementOf(metadata)).toEqual(statement);
  });

  test("names two holders at most, by three characters each, and cuts a number of more than 72 bytes", () => {
    const state = (number: string, names: string[]) => {
      const holders = names.map((name) => ({ name }));
      return qrStatementOf({ ...statement, number, holders } as unknown as MessageMetadata);
    };
    expect(state("1", ["岭海云帆软件有限公司"]).holder).toBe("岭**");
    expect(state("1", ["张三丰", "李四", "王五"]).holder).toBe("张**、李*等3人");
    const longest = "字".repeat(24);
    expect(state(longest, ["甲"]).number).toBe(longest);
    expect(state(`${longest}号`, ["甲"]).number).toBe(`${"字".repeat(23)}…`);
    expect(state(`a${"𠮷".repeat(18)}`, ["甲"]).number).toBe(`a${"𠮷".repeat(17)}…`);
  });

  test("is read back as it was written, whatever marks the values hold", () => {
    for (const one of [statement, { ...statement, validTo: "2031-11-23" }]) {
      const read = readQrText(qrText(one, SIGNATURE));
      expect(read).toEqual({ statement: one, signed: qrSignedText(one), signature: SIGNATURE });
    }
  });

  test("takes a quarter of the room that it may take", () => {
    expect(new TextEncoder().encode(qrText(statement, SIGNATURE)).length).toBeLessThan(300);
    expect(() => qrText({ ...statement, name: "证".repeat(MAX_QR_BYTES) }, SIGNATURE)).toThrow(/bytes/);
  });

  test("names a node and days that there can be: what has no time cannot be older than anything", () => {
    for (const change of [{ issueDate: "2026-02-30" }, { issueDate: "" }, { validTo: "never" }, { node: "city" }]) {
      expect(() => readQrText(qrText({ ...statement, ...change }, SIGNATURE))).toThrow(/that there is not/);
    }
  });

  test("has one spelling", () => {
    const text = qrText(statement, SIGNATURE);
    const others = [text.replace("EC1", "EC2"), `${text} `, text.replace("|2026", "|%32026"), `${text}|`, "EC1"];
    for (const other of others) expect(() => readQrText(other), other).toThrow(/QR code/);
  });
});
