import { describe, expect, test } from "vitest";
import { Role } from "../../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { accountRows, accountTemplate } from "./account-rows.ts";

const DEPARTMENT = "11440106MB9DEM11X6";

describe("a pasted list of accounts", () => {
  test("is read by the names of its columns, in whatever order; accounts get the node's prefix once", () => {
    const text = `角色\t部门代码\t账户\t姓名\n制证、核验签发\t${DEPARTMENT}\tli\t李示例\nuser\t${DEPARTMENT}\t440100-wu\t吴示例`;
    expect(accountRows(text, "440100-")).toEqual({
      lines: [2, 3],
      rows: [
        {
          account: { id: "440100-li", name: "李示例", departmentCode: DEPARTMENT, roles: [Role.MAKER, Role.SIGNER] },
          certificatePem: "",
        },
        {
          account: { id: "440100-wu", name: "吴示例", departmentCode: DEPARTMENT, roles: [Role.USER] },
          certificatePem: "",
        },
      ],
    });
  });

  test("the template is such a list", () => {
    expect(accountRows(accountTemplate(DEPARTMENT), "440100-")).toMatchObject({ lines: [2] });
  });

  test("tells what it lacks: columns by their names, unknown roles at their lines, rows where there are none or too many", () => {
    const faultsOf = (text: string) =>
      (accountRows(text, "440100-") as { faults: readonly { line?: number }[] }).faults;
    expect(faultsOf("账户,姓名\na,b")).toHaveLength(2);
    const [fault] = faultsOf("账户,姓名,部门代码,角色\na,b,c,制证\nd,e,f,局长");
    expect(fault).toMatchObject({ line: 3 });
    expect(faultsOf("账户,姓名,部门代码,角色\n")).toHaveLength(1);
    expect(faultsOf(`账户,姓名,部门代码,角色\n${"a,b,c,制证\n".repeat(501)}`)).toHaveLength(1);
    expect(faultsOf('账户,"姓名')).toHaveLength(1);
  });
});
