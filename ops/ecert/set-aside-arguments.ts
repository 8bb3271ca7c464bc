import { parseArgs } from "node:util";
import { Refusal } from "../../services/domain/refusal.ts";
import type { TlsFiles } from "../../services/runtime/config.ts";

/** Help of `ecert set-aside`. */
export const SET_ASIDE_HELP = `ecert set-aside: 搁置的记录 · what a node could not read or apply and has set aside, so that all else goes on

用法 usage:
  ecert set-aside list [options]          列出各服务搁置的记录，先搁置者在前 · lists what each service has set aside, oldest first
  ecert set-aside retry ID… [options]     修复后重试 · tries rows again, once what was wrong with them is mended
  ecert set-aside retry --all [options]   重试全部 · tries all of them again

选项 options:
  --server HOST:PORT   节点内部监听地址（mesh），默认环境变量 ECERT_SERVER · mesh listener of the node (default: ECERT_SERVER)
  --service NAME       只问该服务：catalog、issue、sync 或 usage · asks this service alone (default: all that the process serves)
  --certificate FILE   运维人员证书（ECERT_OPERATOR_CERTIFICATE） · certificate of the operator, ecert://CODE/operator/NAME
  --private-key FILE   其私钥（ECERT_OPERATOR_KEY） · its private key
  --ca FILE            节点的证书认证机构（ECERT_OPERATOR_CA） · authority of the node's certificates
  --json               输出 JSON · prints JSON
  --help               本说明 · this text

退出码 exit codes:
  0 没有搁置的记录，或全部重试成功 · nothing is set aside, or all that was tried is done
  1 有搁置的记录，或有未成功者 · something is set aside, or stays so
  2 无法执行 · could not run
`;

/** Services that set something aside, in the order of the list. */
export const SERVICES = ["catalog", "issue", "sync", "usage"] as const;

/** What the command is to do. */
export interface SetAsideCommand {
  action: "list" | "retry";
  /** Ids to try again; `all`: every one that is listed. */
  ids: readonly string[];
  all: boolean;
  server: string;
  services: readonly string[];
  tls: TlsFiles & { caFile: string };
  json: boolean;
}

const OPTIONS = {
  server: { type: "string" },
  service: { type: "string" },
  certificate: { type: "string" },
  "private-key": { type: "string" },
  ca: { type: "string" },
  all: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseSetAside(args: readonly string[], env: NodeJS.ProcessEnv): SetAsideCommand {
  const { values, positionals } = parsed(args);
  const [action, ...ids] = positionals;
  if (action !== "list" && action !== "retry") throw wrong("请指明 list 或 retry · say list or retry");
  if (action === "list" && (ids.length > 0 || values.all)) throw wrong("list 不带编号 · list takes no ids");
  if (action === "retry" && ids.length > 0 === values.all) throw wrong("请给出编号或 --all · give ids, or --all");
  const { service } = values;
  if (service !== undefined && !(SERVICES as readonly string[]).includes(service))
    throw wrong(`没有服务 ${service} · there is no service ${service}: ${SERVICES.join(", ")}`);
  const given = (value: string | undefined, option: string, variable: string): string => {
    const found = value ?? env[variable];
    if (found) return found;
    throw wrong(`缺少 --${option}（或 ${variable}） · --${option} is missing (or ${variable})`);
  };
  return {
    action,
    ids,
    all: values.all,
    server: given(values.server, "server", "ECERT_SERVER")
      .replace(/^https:\/\//, "")
      .replace(/\/$/, ""),
    services: service === undefined ? SERVICES : [service],
    tls: {
      certificateFile: given(values.certificate, "certificate", "ECERT_OPERATOR_CERTIFICATE"),
      privateKeyFile: given(values["private-key"], "private-key", "ECERT_OPERATOR_KEY"),
      caFile: given(values.ca, "ca", "ECERT_OPERATOR_CA"),
    },
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${(cause as Error).message.split(". ")[0]}; see --help`, { cause });
  }
}

function wrong(message: string): Refusal {
  return new Refusal("INVALID_FIELD", `${message}; see ecert set-aside --help`);
}
