import { X509Certificate } from "node:crypto";
import type { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { machineNames } from "../../services/host/machine-name.ts";
import { readInput } from "./arguments.ts";
import { rolesOf } from "./feed/account-rows.ts";
import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert setup`. */
export const SETUP_HELP = `ecert setup: 设立节点的首个管理员 · opens the first administrator of a node, once; there is no password anywhere

用法 usage:
  ecert setup --administrator FILE --name NAME --department CODE [options]
                       以数字证书开设账户；已设立过管理员的节点不再接受
                       opens an account that this certificate signs in to; refused where there has been one already

选项 options:
  --administrator FILE 管理员本人的数字证书（PEM） · the administrator's own certificate (PEM)
  --name NAME          姓名 · name of the person
  --department CODE    所在管理机构的统一社会信用代码，须已登记 · social credit code of the management body, which is registered
  --id ID              账户名，默认 节点代码-admin · id of the account; CODE-admin by default
  --roles ROLES        角色，默认 administrator（管理员） · roles, administrator by default, which is among them in any case
${OPERATOR_HELP}
退出码 exit codes:
  0 已设立 · done
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface SetupCommand extends OperatorAccess {
  account: { id: string; name: string; departmentCode: string; roles: Role[] };
  certificatePem: string;
  json: boolean;
}

const OPTIONS = {
  ...OPERATOR_OPTIONS,
  administrator: { type: "string" },
  name: { type: "string" },
  department: { type: "string" },
  id: { type: "string" },
  roles: { type: "string", default: "administrator" },
} as const;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseSetup(args: readonly string[], env: NodeJS.ProcessEnv): SetupCommand {
  const { values } = parsedBy({ args: [...args], options: OPTIONS });
  const needed = (option: "administrator" | "name" | "department"): string => {
    const given = values[option];
    if (given) return given;
    throw wrongUse("setup", `缺少 --${option} · --${option} is missing`);
  };
  const file = needed("administrator");
  const access = operatorAccess("setup", values, env);
  const [administrator] = rolesOf("administrator", "--roles");
  const roles = [...new Set([administrator as Role, ...rolesOf(values.roles, "--roles")])];
  const named = { name: needed("name"), departmentCode: needed("department"), roles };
  return {
    ...access,
    account: { id: values.id ?? `${nodeOf(access)}-admin`, ...named },
    certificatePem: Buffer.from(readInput(file)).toString(),
    json: values.json,
  };
}

/** The node whose operator calls, by the name in the certificate. */
function nodeOf({ tls }: OperatorAccess): string {
  const [name] = machineNames(certificateIn(tls.certificateFile)?.subjectAltName);
  if (name?.kind === "operator") return name.node;
  const message = `${tls.certificateFile} 不是运维人员证书，请用 --id 指定账户 · is no operator's certificate: name --id`;
  throw wrongUse("setup", message);
}

function certificateIn(path: string): X509Certificate | undefined {
  const bytes = readInput(path);
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}
