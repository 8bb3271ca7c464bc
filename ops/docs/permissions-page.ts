import { globSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import { CallerKind, type Permission, permission, Reach } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { CONTRACT_ROLES } from "../../services/call/chain/permission.ts";
import { ROLE_NAMES, ROLES } from "../../services/domain/role.ts";
import { SERVICES } from "../../services/host/services.ts";

/** The page that tells who may call what. */
export const PERMISSIONS_PAGE = fileURLToPath(new URL("../../services/call/PERMISSIONS.md", import.meta.url));

const GENERATED = fileURLToPath(new URL("../../proto/gen/ecert/", import.meta.url));
/** What stands in a cell that lets in. */
export const LET_IN = "●";

/** Every service of the contracts by its full name, found by the generated files, so that a new one cannot be forgotten. */
export async function contractServices(): Promise<DescService[]> {
  const paths = globSync("**/*_pb.ts", { cwd: GENERATED });
  const modules = await Promise.all(paths.map((path) => import(pathToFileURL(`${GENERATED}${path}`).href)));
  return modules
    .flatMap((module) => Object.values(module) as { kind?: string }[])
    .filter((one): one is DescService => one?.kind === "service")
    .sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

/** A column of the page: whom it is about, and its cell for a method; empty: refused. */
interface Column {
  head: string;
  cell(declared: Permission): string;
}

const kind = (head: string, caller: CallerKind, said: (declared: Permission) => string = () => LET_IN): Column => ({
  head,
  cell(declared) {
    if (declared.callers.includes(CallerKind.PUBLIC)) return LET_IN;
    return declared.callers.includes(caller) ? said(declared) : "";
  },
});
const services = ({ services: names }: Permission) => (names.length === 0 ? LET_IN : names.join(" "));

/** The columns, in their order. */
export const COLUMNS: readonly Column[] = [
  kind("公众 public", CallerKind.PUBLIC),
  kind("应用 app", CallerKind.APP, ({ scope }) => (scope === "" ? LET_IN : `\`${scope}\``)),
  kind("持证主体 holder", CallerKind.HOLDER),
  ...ROLE_NAMES.map((role) =>
    kind(ROLES[role].chinese, CallerKind.STAFF, ({ roles }) =>
      roles.length === 0 || roles.includes(CONTRACT_ROLES[role]) ? LET_IN : "",
    ),
  ),
  {
    head: "范围 reach",
    cell: ({ callers, reach }) => (callers.includes(CallerKind.STAFF) ? (REACHES[reach] ?? "") : ""),
  },
  kind("服务 service", CallerKind.SERVICE, services),
  kind("节点 node", CallerKind.NODE, services),
  kind("签名代理 agent", CallerKind.AGENT),
  kind("运维证书 operator", CallerKind.OPERATOR),
];

const REACHES: Partial<Record<Reach, string>> = {
  [Reach.UNSPECIFIED]: "全部",
  [Reach.DEPARTMENT]: "所辖部门",
  [Reach.ACCOUNT]: "本人",
};

/** Draws the page from the contracts. */
export function permissionsPage(contracts: readonly DescService[]): string {
  return `${INTRODUCTION}\n${contracts.map(section).join("\n")}`;
}

const INTRODUCTION = `# Who may call what

Drawn from the contracts (\`npm run pictures\`), and tested cell by cell: \`test/permissions.test.ts\` calls every method as every kind of caller and every
role through the real chain, and what stands empty here is refused before a byte of the body is read. One table for each service of the contracts.

- Staff (工作人员) stand as their roles: 范围 tells how far they see by a method. 所辖部门: staff of a department its own
  records, those of a management body the records of departments of its division and below; 全部: the method tells everybody the same; 本人: the own account.
- An app needs the scope that stands in its cell. Services of this node and of other nodes are let in by the names in their cells, any where ${LET_IN} stands.
- Staff, agents and operators are let in at their own node alone. With 公众 everybody is let in.
- Level (层级): 省 province, 市 city, 部门 department edition: where the method is served. A method of the province alone is in the contracts of all, and refused elsewhere.
`;

function section(service: DescService): string {
  const heads = ["方法 method", "层级", ...COLUMNS.map(({ head }) => head)];
  const rows = service.methods.map((method) => row([`\`${method.name}\``, ...cellsOf(method)]));
  return [`## ${service.typeName}`, "", row(heads), row(heads.map(() => "---")), ...rows, ""].join("\n");
}

function cellsOf(method: DescMethod): string[] {
  const declared = getOption(method, permission);
  return [levelOf(method, declared), ...COLUMNS.map(({ cell }) => cell(declared))];
}

function levelOf({ parent }: DescMethod, { province }: Permission): string {
  if (province) return "省";
  const area = parent.typeName.split(".")[1];
  const served = SERVICES.find(({ name }) => name === area)?.inDepartment ?? true;
  return served ? "省 市 部门" : "省 市";
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
