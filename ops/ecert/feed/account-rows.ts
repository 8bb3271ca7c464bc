import { dirname, resolve } from "node:path";
import { create, type MessageShape } from "@bufbuild/protobuf";
import { AccountRowSchema } from "../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import { AccountSchema } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import type { Role as ContractRole } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { CONTRACT_ROLES } from "../../../services/call/chain/permission.ts";
import { refuseArgument } from "../../../services/domain/refusal.ts";
import { ROLE_NAMES, ROLES } from "../../../services/domain/role.ts";
import { readInput } from "../arguments.ts";
import { readRequests } from "../request-file.ts";
import { csvRows } from "./csv.ts";

/** An account of a list, and where it stands in its file. */
export interface FiledRow {
  row: MessageShape<typeof AccountRowSchema>;
  place: string;
}

/** Names of the columns, as contracts and as people have them. */
const COLUMNS = {
  id: "账户",
  name: "姓名",
  departmentCode: "部门代码",
  roles: "角色",
  certificate: "证书文件",
  disabled: "停用",
} as const;
type Column = keyof typeof COLUMNS;
const NEEDED: readonly Column[] = ["id", "name", "departmentCode", "roles"];

/** Columns of a table, for the help. */
export const COLUMNS_TOLD: string = Object.entries(COLUMNS)
  .map(([name, chinese]) => `${name}（${chinese}）`)
  .join(" ");

/**
 * Reads the accounts of a list: a table (`.csv`) with a line of names, or JSON of AccountRow. Certificates of a table are files, named relative to
 * it. Throws `INVALID_FIELD`, naming file and line.
 */
export function readAccountRows(path: string): FiledRow[] {
  if (/\.csv$/i.test(path)) return fromTable(path);
  return readRequests(AccountRowSchema, path).map(({ request: row, place }) => ({ row, place }));
}

function fromTable(path: string): FiledRow[] {
  const [head, ...rows] = csvRows(readInput(path), path);
  const columns = (head?.cells ?? []).map((name) => columnOf(name.trim(), path));
  const missing = NEEDED.filter((name) => !columns.includes(name));
  if (missing.length > 0 || rows.length === 0) {
    const lacking = missing.length > 0 ? missing.join(", ") : "账户 accounts";
    throw refuseArgument("INVALID_FIELD", path, `缺少 · lacks ${lacking}`, `columns are ${COLUMNS_TOLD}`);
  }
  return rows.map(({ line, cells }) => {
    const place = `${path}:${line}`;
    const cell = (name: Column) => cells[columns.indexOf(name)]?.trim() ?? "";
    const certificate = cell("certificate");
    const account = create(AccountSchema, {
      id: cell("id"),
      name: cell("name"),
      departmentCode: cell("departmentCode"),
      roles: rolesOf(cell("roles"), place),
      disabled: yesOrNo(cell("disabled"), place),
    });
    const file = certificate === "" ? undefined : readInput(resolve(dirname(path), certificate));
    return { place, row: create(AccountRowSchema, { account, certificatePem: Buffer.from(file ?? []).toString() }) };
  });
}

function columnOf(name: string, path: string): Column {
  const found = (Object.keys(COLUMNS) as Column[]).find((column) => column === name || COLUMNS[column] === name);
  if (found) return found;
  throw refuseArgument("INVALID_FIELD", path, `没有列 ${name} · there is no column ${name}`, `take ${COLUMNS_TOLD}`);
}

/** Roles as people write them: `maker`, `ROLE_MAKER` or 制证, several with spaces or signs between them. */
export function rolesOf(text: string, place: string): ContractRole[] {
  const words = text.split(/[\s,，、;；|/]+/).filter((word) => word !== "");
  const roles = words.map((word) => {
    const spelled = word
      .replace(/^ROLE_/, "")
      .toLowerCase()
      .replaceAll("_", "");
    const role = ROLE_NAMES.find((name) => name.toLowerCase() === spelled || ROLES[name].chinese === word);
    if (role) return CONTRACT_ROLES[role];
    const known = ROLE_NAMES.map((name) => `${name}（${ROLES[name].chinese}）`).join(" ");
    throw refuseArgument("INVALID_FIELD", place, `没有角色 ${word} · there is no role ${word}`, `take of ${known}`);
  });
  return [...new Set(roles)];
}

function yesOrNo(text: string, place: string): boolean {
  if (/^(|false|no|0|否)$/i.test(text)) return false;
  if (/^(true|yes|1|是)$/i.test(text)) return true;
  const description = `停用应为是或否，不是 ${text} · disabled is yes or no, not ${text}`;
  throw refuseArgument("INVALID_FIELD", place, description, "write 是 or 否, or leave it empty");
}
