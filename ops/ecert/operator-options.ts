import { parseArgs } from "node:util";
import { Refusal } from "../../services/domain/refusal.ts";
import type { TlsFiles } from "../../services/host/config.ts";

/** Options of every command that speaks to a node as its operator. */
export const OPERATOR_OPTIONS = {
  server: { type: "string" },
  certificate: { type: "string" },
  "private-key": { type: "string" },
  ca: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** What help says of them. */
export const OPERATOR_HELP = `  --server HOST:PORT   节点内部监听地址（mesh），默认环境变量 ECERT_SERVER · mesh listener of the node (default: ECERT_SERVER)
  --certificate FILE   运维人员证书（ECERT_OPERATOR_CERTIFICATE） · certificate of the operator, ecert://CODE/operator/NAME
  --private-key FILE   其私钥（ECERT_OPERATOR_KEY） · its private key
  --ca FILE            节点的证书认证机构（ECERT_OPERATOR_CA） · authority of the node's certificates
  --json               输出 JSON · prints JSON
  --help               本说明 · this text
`;

/** Where a node listens, and as whom it is spoken to. */
export interface OperatorAccess {
  server: string;
  tls: TlsFiles & { caFile: string };
}

type Values = Partial<Record<keyof typeof OPERATOR_OPTIONS, string | boolean>>;

/** Reads these options; what they do not say is taken from the environment. Throws `INVALID_FIELD`, which names `command`. */
export function operatorAccess(command: string, values: Values, env: NodeJS.ProcessEnv): OperatorAccess {
  const given = (option: "server" | "certificate" | "private-key" | "ca", variable: string): string => {
    const found = (values[option] as string | undefined) ?? env[variable];
    if (found) return found;
    throw wrongUse(command, `缺少 --${option}（或 ${variable}） · --${option} is missing (or ${variable})`);
  };
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
