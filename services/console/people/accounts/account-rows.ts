import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AccountRowSchema } from "../../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import type { Role } from "../../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { ROLE_NAMES, ROLES } from "../../../domain/role.ts";
import { roleOf } from "../../shell/role-name.ts";
import type { Both } from "../../text/texts.ts";
import { readTable } from "../separated-text.ts";
import { IMPORT } from "./account-texts.ts";

/** Columns, by the names that people give them. */
const COLUMNS = {
  id: ["账户", "account"],
  name: ["姓名", "name"],
  departmentCode: ["部门代码", "department"],
  roles: ["角色", "roles"],
  certificatePem: ["登录证书", "certificate"],
} as const;
type Column = keyof typeof COLUMNS;
const NEEDED: readonly Column[] = ["id", "name", "departmentCode", "roles"];
const MOST = 500;

/** A list of accounts as the node takes it, or what keeps it from being one, with its line where it has one. */
export type ReadAccounts =
  | { rows: MessageInitShape<typeof AccountRowSchema>[]; lines: readonly number[] }
  | { faults: readonly { line?: number; text: Both }[] };

/** Reads a pasted list of accounts. Accounts without the node's prefix get it. What its values are worth, the node says. */
export function accountRows(text: string, prefix: string): ReadAccounts {
  const table = readTable(text);
  if (!table) return { faults: [{ text: IMPORT.openQuote }] };
  const [head, ...body] = table;
  const places = new Map(
    (Object.keys(COLUMNS) as Column[]).map((column) => [column, placeOf(head?.cells ?? [], COLUMNS[column])]),
  );
  const missing = NEEDED.filter((column) => places.get(column) === -1);
  if (missing.length > 0) return { faults: missing.map((column) => ({ text: IMPORT.noColumn(COLUMNS[column][0]) })) };
  if (body.length === 0) return { faults: [{ text: IMPORT.noRows }] };
  if (body.length > MOST) return { faults: [{ text: IMPORT.tooMany(body.length) }] };
  const faults: { line: number; text: Both }[] = [];
  const rows = body.map(({ line, cells }) => {
    const cell = (column: Column) => cells[places.get(column) ?? -1] ?? "";
    const names = cell("roles")
      .split(/[、，,;；\s]+/)
      .filter(Boolean);
    const roles = names.flatMap((name) => {
      const role = roleNamed(name);
      if (role === undefined) faults.push({ line, text: IMPORT.noRole(name, ALL_ROLES) });
      return role ?? [];
    });
    const id = cell("id");
    const account = {
      ...{ id: id === "" || id.startsWith(prefix) ? id : `${prefix}${id}`, name: cell("name") },
      ...{ departmentCode: cell("departmentCode"), roles },
    };
    return { account, certificatePem: cell("certificatePem") };
  });
  return faults.length > 0 ? { faults } : { rows, lines: body.map(({ line }) => line) };
}

/** A table to begin with, as a file. It bears a mark, by which spreadsheets know its encoding. */
export function accountTemplate(departmentCode: string): string {
  const head = (Object.keys(COLUMNS) as Column[]).map((column) => COLUMNS[column][0]).join(",");
  return `\uFEFF${head}\r\nzhangsan,张三,${departmentCode},制证、用证,\r\n`;
}

const ALL_ROLES = ROLE_NAMES.map((name) => ROLES[name].chinese).join("、");

function placeOf(head: readonly string[], names: readonly string[]): number {
  return head.findIndex((title) => names.includes(title.replace(/[*＊\s]/g, "").toLowerCase()));
}

function roleNamed(text: string): Role | undefined {
  const name = ROLE_NAMES.find((known) => ROLES[known].chinese === text || known === text);
  return name && roleOf(name);
}
