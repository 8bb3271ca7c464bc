import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert lost`. */
export const LOST_HELP = `ecert lost: 已签名而本节点没有的证照 · what agents have signed and the node does not know: it was started from an older copy

只要清单不空，节点不制证、不签发。先运行 ecert recover；任何地方都没有的才放弃。
While the list is not empty the node makes and issues nothing. Run ecert recover first; give up only what nobody has.

用法 usage:
  ecert lost list [options]           列出，按证照标识排序 · lists them, by identifier
  ecert lost accept ID… [options]     放弃：部门须重新制证 · gives them up: departments make these certificates anew
  ecert lost accept --all [options]   全部放弃 · gives all of them up

选项 options:
${OPERATOR_HELP}
退出码 exit codes:
  0 清单为空 · the list is empty
  1 清单不空 · something is on the list
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface LostCommand extends OperatorAccess {
  action: "list" | "accept";
  /** Identifiers to give up; `all`: every one that is listed. */
  identifiers: readonly string[];
  all: boolean;
  json: boolean;
}

const OPTIONS = { ...OPERATOR_OPTIONS, all: { type: "boolean", default: false } } as const;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseLost(args: readonly string[], env: NodeJS.ProcessEnv): LostCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [action, ...identifiers] = positionals;
  const named = identifiers.length > 0;
  if (action !== "list" && action !== "accept") throw wrongUse("lost", "请指明 list 或 accept · say list or accept");
  if (action === "list" && (named || values.all)) throw wrongUse("lost", "list 不带标识 · list takes no identifiers");
  if (action === "accept" && named === values.all)
    throw wrongUse("lost", "请给出证照标识或 --all · give identifiers, or --all");
  return { action, identifiers, all: values.all, json: values.json, ...operatorAccess("lost", values, env) };
}
