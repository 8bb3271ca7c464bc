import { SERVICE_NAMES } from "../../services/host/services.ts";
import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Services that set something aside, in the order of the list. */
export const SERVICES: readonly string[] = SERVICE_NAMES.toSorted();

/** Help of `ecert set-aside`. */
export const SET_ASIDE_HELP = `ecert set-aside: 搁置的记录 · what a node could not read or apply and has set aside, so that all else goes on

用法 usage:
  ecert set-aside list [options]          列出各服务搁置的记录，先搁置者在前 · lists what each service has set aside, oldest first
  ecert set-aside retry ID… [options]     修复后重试 · tries rows again, once what was wrong with them is mended
  ecert set-aside retry --all [options]   重试全部 · tries all of them again

选项 options:
  --service NAME       只问该服务：${SERVICES.slice(0, -1).join("、")} 或 ${SERVICES.at(-1)} · asks this service alone (default: all that the process serves)
${OPERATOR_HELP}
退出码 exit codes:
  0 没有搁置的记录，或全部重试成功 · nothing is set aside, or all that was tried is done
  1 有搁置的记录，或有未成功者 · something is set aside, or stays so
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface SetAsideCommand extends OperatorAccess {
  action: "list" | "retry";
  /** Ids to try again; `all`: every one that is listed. */
  ids: readonly string[];
  all: boolean;
  services: readonly string[];
  json: boolean;
}

const OPTIONS = {
  ...OPERATOR_OPTIONS,
  service: { type: "string" },
  all: { type: "boolean", default: false },
} as const;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseSetAside(args: readonly string[], env: NodeJS.ProcessEnv): SetAsideCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [action, ...ids] = positionals;
  if (action !== "list" && action !== "retry") throw wrong("请指明 list 或 retry · say list or retry");
  if (action === "list" && (ids.length > 0 || values.all)) throw wrong("list 不带编号 · list takes no ids");
  if (action === "retry" && ids.length > 0 === values.all) throw wrong("请给出编号或 --all · give ids, or --all");
  const { service } = values;
  if (service !== undefined && !SERVICES.includes(service))
    throw wrong(`没有服务 ${service} · there is no service ${service}: ${SERVICES.join(", ")}`);
  return {
    action,
    ids,
    all: values.all,
    services: service === undefined ? SERVICES : [service],
    json: values.json,
    ...operatorAccess("set-aside", values, env),
  };
}

const wrong = (message: string) => wrongUse("set-aside", message);
