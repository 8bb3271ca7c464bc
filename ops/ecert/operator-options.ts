import { parseArgs } from "node:util";
import { Refusal } from "../../services/domain/refusal.ts";
import type { TlsFiles } from "../../services/host/config.ts";
import { readInput } from "./arguments.ts";

/** Options of every command that speaks to a node as its operator. */
export const OPERATOR_OPTIONS = {
  server: { type: "string" },
  certificate: { type: "string" },
  "private-key": { type: "string" },
  ca: { type: "string" },
  page: { type: "string" },
  identity: { type: "string" },
  key: { type: "string" },
  "key-password-file": { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** What help says of them: an operator by certificate, or a person who signs in. */
export const OPERATOR_HELP = `  --server HOST:PORT   节点内部监听地址（mesh），默认环境变量 ECERT_SERVER · mesh listener of the node (default: ECERT_SERVER)
  --certificate FILE   运维人员证书（ECERT_OPERATOR_CERTIFICATE） · certificate of the operator, ecert://CODE/operator/NAME
  --private-key FILE   其私钥（ECERT_OPERATOR_KEY） · its private key
  --ca FILE            节点的证书认证机构（ECERT_OPERATOR_CA） · authority of the node's certificates
或以工作人员身份登录后办理 · or as a member of staff, who signs in
  --page URL           节点的页面地址（connect 监听，ECERT_PAGE） · page of the node (Connect listener)
  --identity URL       登录页面地址，默认同 --page（ECERT_IDENTITY） · where staff sign in (default: the same page)
  --key FILE           本人的数字证书 Key，PKCS#12（ECERT_KEY） · own certificate with its key
  --key-password-file FILE
                       其口令所在文件，默认环境变量 ECERT_KEY_PASSWORD · file with its password (default: ECERT_KEY_PASSWORD)
  --ca FILE            同上 · as above
  --json               输出 JSON · prints JSON
  --help               本说明 · this text
`;

/** Where a node listens, and as whom it is spoken to. */
export interface OperatorAccess {
  server: string;
  tls: TlsFiles & { caFile: string };
  /** A member of staff in the place of an operator; `server` and `tls` say nothing then. */
  person?: PersonAccess;
}

/** A member of staff at a shell. */
export interface PersonAccess {
  /** Origins of the pages of the service that is called, and of the identity service. */
  page: string;
  identity: string;
  keyFile: string;
  password: string;
  caFile: string;
}

type Values = Partial<Record<keyof typeof OPERATOR_OPTIONS, string | boolean>>;

/** Reads these options; what they do not say is taken from the environment. Throws `INVALID_FIELD`, which names `command`. */
export function operatorAccess(command: string, values: Values, env: NodeJS.ProcessEnv): OperatorAccess {
  const given = (option: keyof Values, variable: string): string => {
    const found = (values[option] as string | undefined) ?? env[variable];
    if (found) return found;
    throw wrongUse(command, `缺少 --${option}（或 ${variable}） · --${option} is missing (or ${variable})`);
  };
  if (values.page !== undefined || (values.server === undefined && !env.ECERT_SERVER && env.ECERT_PAGE)) {
    const page = originOf(given("page", "ECERT_PAGE"));
    const caFile = given("ca", "ECERT_OPERATOR_CA");
    const person: PersonAccess = {
      page,
      identity: originOf((values.identity as string | undefined) ?? env.ECERT_IDENTITY ?? page),
      keyFile: given("key", "ECERT_KEY"),
      password: passwordOf(values, env),
      caFile,
    };
    return { server: "", tls: { certificateFile: "", privateKeyFile: "", caFile }, person };
  }
  return {
    server: given("server", "ECERT_SERVER")
      .replace(/^https:\/\//, "")
      .replace(/\/$/, ""),
    tls: {
      certificateFile: given("certificate", "ECERT_OPERATOR_CERTIFICATE"),
      privateKeyFile: given("private-key", "ECERT_OPERATOR_KEY"),
      caFile: given("ca", "ECERT_OPERATOR_CA"),
    },
  };
}

/** A password is told by a file or the environment alone: command lines are seen by others. */
function passwordOf(values: Values, env: NodeJS.ProcessEnv): string {
  const file = values["key-password-file"] as string | undefined;
  if (file === undefined) return env.ECERT_KEY_PASSWORD ?? "";
  return Buffer.from(readInput(file))
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

function originOf(url: string): string {
  if (URL.canParse(url) && new URL(url).protocol === "https:") return new URL(url).origin;
  throw new Refusal("INVALID_FIELD", `${url} 应为 https:// 开头的地址 · ${url} must be an address like https://…`);
}

/** Parses a command line. Throws `INVALID_FIELD` for an option that does not exist. */
export const parsedBy: typeof parseArgs = (config) => {
  try {
    return parseArgs(config);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${(cause as Error).message.split(". ")[0]}; see --help`, { cause });
  }
};

/** The refusal of a command line that says too little or too much. */
export function wrongUse(command: string, message: string): Refusal {
  return new Refusal("INVALID_FIELD", `${message}; see ecert ${command} --help`);
}
