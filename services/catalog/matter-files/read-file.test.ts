import { deflateRawSync } from "node:zlib";
import { fromJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { packedFile, writeZip } from "../../document/ofd/zip-write.ts";
import { FILE_LIMITS, type FileFormat } from "../../document/table/table.ts";
import { CHUNK, rowsIn } from "./chunk.ts";
import { createFilePool } from "./file-pool.ts";
import { readFile } from "./read-file.ts";

const BUREAU = "114401000000990003";
const HEAD = "事项编码,事项名称,部门统一社会信用代码";

async function rowsOf(content: string | Uint8Array, format: FileFormat = "csv", target: "list" | "directory" = "list") {
  const read = await readFile({ bytes: Buffer.from(content as string), format, target });
  const rows = read.chunks.flatMap(rowsIn);
  return { ...read, rows };
}

const refusal = (content: string | Uint8Array, format: FileFormat = "csv") =>
  rowsOf(content, format).then(
    () => undefined,
    ({ reason, fields }) => ({ reason, field: fields[0]?.field, localized: fields[0]?.localized }),
  );

describe("files of matters (6.2.2.2)", () => {
  test("a CSV is read in UTF-8 with and without its mark, in UTF-16 with its mark, and in GBK; rows are named by their lines", async () => {
    const text = `${HEAD},申报材料\r\nA1,"甲,乙",${BUREAU},"身份证明=SFZ\n申请表"\r\n\r\nA2,丙,${BUREAU},\r\n`;
    const gbk = Buffer.concat([...[...text].map((one) => Buffer.from(GBK[one] ?? [...Buffer.from(one, "latin1")]))]);
    const forms: [string, Uint8Array][] = [
      ["utf-8", Buffer.from(text)],
      ["utf-8", Buffer.from(`\ufeff${text}`)],
      ["utf-16le", Buffer.from(`\ufeff${text}`, "utf16le")],
      ["gb18030", gbk],
    ];
    for (const [encoding, bytes] of forms) {
      const read = await rowsOf(bytes);
      expect(read.encoding).toBe(encoding);
      expect(read.rows.map(({ row, value }) => [row, value?.name])).toEqual([
        [2, "甲,乙"],
        [5, "丙"],
      ]);
      expect(read.rows[0]?.value?.materials).toEqual([{ name: "身份证明", itemCode: "SFZ" }, { name: "申请表" }]);
    }
    expect((await refusal(Buffer.from([0x80, 0xff, 0x20])))?.localized).toContain("编码");
  });

  test("what is no CSV, and columns that are unknown, missing or twice, are refused with their place", async () => {
    const told = async (text: string) => (await refusal(text))?.localized;
    expect(await told(`${HEAD}\nA1,"甲,${BUREAU}\n`)).toContain("第2行引号");
    expect(await told("事项编码,事项名称\nA1,甲")).toContain("部门统一社会信用代码");
    expect(await told(`${HEAD},备注\nA1,甲,${BUREAU},无`)).toContain("第4列“备注”");
    expect(await told(`${HEAD},code\nA1,甲,${BUREAU},A1`)).toContain("重复");
    expect(await told(HEAD)).toContain("没有数据行");
    expect(await told("")).toContain("缺少列");
  });

  test("limits are held: rows, columns, length of a cell, size of a record", async () => {
    const rows = `A,甲,${BUREAU}\n`.repeat(FILE_LIMITS.rows + 1);
    expect(await refusal(`${HEAD}\n${rows}`)).toMatchObject({ reason: "TOO_LARGE" });
    expect(await refusal(`${"a,".repeat(FILE_LIMITS.columns)}a\n`)).toMatchObject({ reason: "TOO_LARGE" });
    expect(await refusal(`${HEAD}\nA1,"${"长".repeat(300_000)}",${BUREAU}\n`)).toMatchObject({ reason: "TOO_LARGE" });
    const { rows: read } = await rowsOf(
      `${HEAD}\nA1,${"长".repeat(FILE_LIMITS.cell + 1)},${BUREAU}\nA2,甲,${BUREAU},多\n`,
    );
    expect(read.map(({ faults }) => faults?.[0]?.localized)).toEqual([
      `超过${FILE_LIMITS.cell}个字符，请缩短`,
      "该行单元格多于列数，含逗号的单元格请加引号",
    ]);
  });

  test("what a row may hold is what the contract takes, member by member", async () => {
    const name = (length: number) => "名".repeat(length);
    const full = [
      "c".repeat(64),
      name(200),
      BUREAU,
      "公共服务",
      Array.from({ length: 20 }, (_, i) => `${2000 + i}-01-01/${2000 + i}-12-31`).join(";"),
      Array.from({ length: 100 }, (_, i) => `I${i}`).join("；"),
      "SFZ",
      Array.from({ length: 100 }, (_, i) => `材料${i}=M${i}`).join(";"),
      "s".repeat(64),
      "2026-12-31",
    ].join(",");
    const columns =
      "code,name,department_code,type_code,portal,issued_items,used_items,materials,directory_code,ended_on";
    const { rows } = await rowsOf(`${columns}\n${full}`);
    expect(rows[0]?.faults).toBeUndefined();
    expect(() => checkFieldRules(MatterSchema, fromJson(MatterSchema, rows[0]?.value ?? {}))).not.toThrow();
    const broken = [
      ["c".repeat(65), "甲", BUREAU],
      ["A1", name(201), BUREAU],
      ["A1", "甲 ", BUREAU],
      ["A1", "甲", "114401000000990004"],
      ["A1", "甲", BUREAU, "许可"],
      ["A1", "甲", BUREAU, "", "2024-01-01"].concat(["I1;I1"]),
      ["A1", "甲", BUREAU, "", "2024-02-30/"],
      ["A1", "甲", BUREAU, "", "", Array.from({ length: 101 }, (_, i) => `I${i}`).join(";")],
      ["A1", "甲", BUREAU, "", "", "", "", "=SFZ"],
      ["A1", "甲", BUREAU, "", "", "", "", "", "s".repeat(65)],
      ["A1", "甲", BUREAU, "", "", "", "", "", "", "2026-13-01"],
    ].map((cells) => cells.join(","));
    const faulty = (await rowsOf(`${columns}\n${broken.join("\n")}`)).rows.map(({ faults }) => faults?.[0]?.column);
    expect(faulty).toEqual([
      "事项编码 code",
      "事项名称 name",
      "事项名称 name",
      "部门统一社会信用代码 department_code",
      "事项类型 type_code",
      "核发证照 issued_items",
      "进驻政务服务网 portal",
      "核发证照 issued_items",
      "申报材料 materials",
      "省事项目录编码 directory_code",
      "终止日期 ended_on",
    ]);
  });

  test("a JSON list says what it names alone, and a code in several rows is told with them", async () => {
    const list = [
      { code: "A1", name: "甲", departmentCode: BUREAU, portal: [{ from: "2024-01-01" }], used_items: [] },
      { code: "A1", name: "乙", department_code: BUREAU },
    ];
    const mixed = JSON.stringify([list[0]]);
    const { rows } = await rowsOf(mixed, "json");
    expect(rows[0]?.value).toEqual({
      code: "A1",
      name: "甲",
      departmentCode: BUREAU,
      portal: [{ from: "2024-01-01" }],
      usedItems: "",
    });
    // Both spellings of one member are one column twice.
    expect((await refusal(JSON.stringify(list), "json"))?.localized).toContain("重复");
    const twice = await rowsOf(JSON.stringify([list[0], { ...list[0], name: 7 }]), "json");
    expect(twice.repeated).toEqual({ A1: [1, 2] });
    expect(twice.rows[1]?.faults?.[0]?.localized).toBe("应为文字");
    for (const wrong of ["{}", "[1]", "[", Buffer.from([0x5b, 0xff])])
      expect(await refusal(wrong, "json")).toBeDefined();
  });

  test("a workbook is read as it stands: texts, whole numbers and days; formulas are refused, and so are numbers that lost digits", async () => {
    const sheet = (...cells: (string | number | Date)[]) =>
      cells.map((value) => ({ value, ...(value instanceof Date && { format: "yyyy-mm-dd" }) }));
    const head = sheet("事项编码", "事项名称", "部门统一社会信用代码", "终止日期");
    const book = await workbook([
      head,
      sheet("A1", "甲", BUREAU, new Date("2026-12-31T00:00:00Z")),
      sheet(440106001, "乙", BUREAU),
      sheet(44e20, "丙", BUREAU),
    ]);
    const { rows } = await rowsOf(book, "xlsx");
    expect(rows.map(({ row, value }) => [row, value?.code, value?.endedOn])).toEqual([
      [2, "A1", "2026-12-31"],
      [3, "440106001", ""],
      [4, undefined, undefined],
    ]);
    expect(rows[2]?.faults?.[0]?.localized).toContain("文本");
    const formula = await workbook([head, [...sheet("A1"), { value: "=1+1", type: "Formula" }, ...sheet(BUREAU)]]);
    expect((await refusal(formula, "xlsx"))?.localized).toContain("单元格 B2为公式");
  });

  test("a sheet that is written to make the look for formulas long is judged as fast as any other of its size", async () => {
    for (const part of ["<c ", '<c r="A1" ', "<c><f", 'r="A1" t="e" ']) {
      const sheet = Buffer.from(`<c ${part.repeat(400_000)}`);
      const book = writeZip([packedFile("xl/worksheets/sheet1.xml", sheet, deflateRawSync(sheet))]);
      expect(await refusal(book, "xlsx")).toMatchObject({ reason: "INVALID_FIELD", field: "file" });
    }
  });

  test("a workbook that unpacks to more than it may, or is none, is refused before it fills the memory", async () => {
    const bomb = Buffer.alloc(FILE_LIMITS.unpacked + 1, 0x20);
    const packed = writeZip([packedFile("xl/worksheets/sheet1.xml", bomb, deflateRawSync(bomb))]);
    expect(packed.length).toBeLessThan(1 << 20);
    expect(await refusal(packed, "xlsx")).toMatchObject({ reason: "TOO_LARGE" });
    for (const wrong of ["", "PK", "no workbook", writeZip([])]) {
      expect((await refusal(wrong, "xlsx"))?.localized).toContain("请");
    }
  });

  test("a thread reads a file, and hands on its rows in pieces and its refusals whole", async () => {
    const pool = createFilePool();
    try {
      const lines = Array.from({ length: CHUNK.rows + 1 }, (_, index) => `M${index},事项,${BUREAU}`);
      const bytes = Buffer.from([HEAD, ...lines].join("\n"));
      const read = await pool.run({ bytes, format: "csv", target: "list" });
      expect([read.rows, read.chunks.length]).toEqual([CHUNK.rows + 1, 2]);
      const refused = pool.run({ bytes: Buffer.from("x"), format: "csv", target: "directory" });
      await expect(refused).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "file" }] });
    } finally {
      await pool.close();
    }
  });
});

/** What the characters of the first test are in GBK, of which no encoder is at hand. */
const GBK: Record<string, number[]> = {};
for (let lead = 0x81; lead <= 0xfe; lead++)
  for (let trail = 0x40; trail <= 0xfe; trail++) {
    const text = new TextDecoder("gb18030").decode(Uint8Array.of(lead, trail));
    if (text.length === 1 && text !== "\ufffd") GBK[text] ??= [lead, trail];
  }

async function workbook(rows: object[][]): Promise<Buffer> {
  const written = (writeXlsxFile as unknown as (rows: object[][], options?: object) => { toBuffer(): Promise<Buffer> })(
    rows,
  );
  return written.toBuffer();
}
