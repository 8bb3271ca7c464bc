import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { parseSetup } from "../setup-arguments.ts";
import { readAccountRows } from "./account-rows.ts";
import { csvRows } from "./csv.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-rows-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const keep = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
const cells = (content: string | Uint8Array) => csvRows(Buffer.from(content), "x.csv").map((row) => row.cells);

describe("a table as a spreadsheet saves it", () => {
  test("has cells in quotation marks, with commas, marks and lines in them, and ends of lines of all kinds", () => {
    expect(cells('a,"b,c"\r\n"say ""yes""","two\nlines"\n\n,\n\ufeffe,f')).toEqual([
      ["a", "b,c"],
      ['say "yes"', "two\nlines"],
      ["\ufeffe", "f"],
    ]);
    expect(cells("\ufeff账户,姓名")).toEqual([["账户", "姓名"]]);
  });

  test("is read in GB 18030 where it is no UTF-8, and told by the lines of the file", () => {
    expect(cells(Buffer.from("d5cbbba72cd0d5c3fb", "hex"))).toEqual([["账户", "姓名"]]);
    const rows = csvRows(Buffer.from('a\n"b\nc"\nd'), "x.csv");
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  test("is refused where a quotation mark is not closed, with its line", () => {
    expect(() => cells('a\nb,"c')).toThrow("第2行引号未闭合 · line 2: a quotation mark is not closed");
  });
});

describe("a list of accounts (6.2.4.1)", () => {
  test("names columns and roles in either language, certificates as files beside it, and who is disabled", () => {
    keep("zhang.pem", "PEM");
    const table =
      "姓名,id,部门代码,角色,certificate,停用\n张示例,440100-zhang,X,制证 ROLE_USER;catalogKeeper、maker,zhang.pem,是";
    expect(readAccountRows(keep("one.csv", table))).toMatchObject([
      {
        place: `${join(directory, "one.csv")}:2`,
        row: {
          account: {
            ...{ id: "440100-zhang", name: "张示例", departmentCode: "X", disabled: true },
            roles: [Role.MAKER, Role.USER, Role.CATALOG_KEEPER],
          },
          certificatePem: "PEM",
        },
      },
    ]);
  });

  test("is JSON of rows too, certificates taken from files", () => {
    keep("li.pem", "PEM");
    const row = { account: { id: "440100-li", roles: ["ROLE_SIGNER"] }, certificatePem: { $file: "li.pem" } };
    expect(readAccountRows(keep("rows.json", JSON.stringify([row])))).toMatchObject([
      { row: { account: { id: "440100-li", roles: [Role.SIGNER] }, certificatePem: "PEM" } },
    ]);
  });

  test.each([
    ["id,工号\n1,2", "没有列 工号"],
    ["id,name\n1,2", "lacks departmentCode, roles"],
    ["id,name,departmentCode,roles\n", "accounts"],
    ["id,name,departmentCode,roles\n1,2,3,皇帝", "没有角色 皇帝"],
    ["id,name,departmentCode,roles,disabled\n1,2,3,maker,maybe", "停用应为是或否"],
    ["id,name,departmentCode,roles,certificate\n1,2,3,maker,none.pem", "无法读取"],
  ])("is refused as %j: %s", (table, told) => {
    expect(() => readAccountRows(keep("bad.csv", table))).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD", message: expect.stringContaining(told) }),
    );
  });
});

describe("the command line of the first administrator", () => {
  const ENV = {
    ...{ ECERT_SERVER: "core:7443", ECERT_OPERATOR_CERTIFICATE: keep("c.pem", "none"), ECERT_OPERATOR_KEY: "k" },
    ECERT_OPERATOR_CA: "ca",
  };
  const given = ["--administrator", keep("admin.pem", "PEM"), "--name", "张三", "--department", "X"];

  test("makes an administrator, with further roles where they are named", () => {
    const { account, certificatePem } = parseSetup([...given, "--id", "440100-a", "--roles", "运维"], ENV);
    expect(account).toEqual({
      ...{ id: "440100-a", name: "张三", departmentCode: "X", roles: [Role.ADMINISTRATOR, Role.OPERATOR] },
    });
    expect(certificatePem).toBe("PEM");
  });

  test("says what is missing, and how to name the account where the operator's certificate does not tell the node", () => {
    expect(() => parseSetup(given.slice(2), ENV)).toThrow("缺少 --administrator · --administrator is missing");
    expect(() => parseSetup(given, ENV)).toThrow("请用 --id 指定账户");
  });
});
