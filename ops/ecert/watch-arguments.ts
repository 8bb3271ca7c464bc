import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert watch`. */
export const WATCH_HELP = `ecert watch: 节点运行状态 · how a node stands: what needs care, since when, why, and what to do

用法 usage:
  ecert watch [options]               列出告警 · shows what needs care
  ecert watch agents [options]        列出曾连接的签名代理 · shows the agents that were ever connected
  ecert watch forget AGENT [options]  移除已停用的签名代理 · takes an agent off the list that was taken out of service

选项 options:
${OPERATOR_HELP}
退出码 exit codes:
  0 没有需要处理的 · nothing needs care, or it was taken off the list
  1 有需要处理的 · something needs care
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface WatchCommand extends OperatorAccess {
  action: "alarms" | "agents" | "forget";
  /** Name of the agent to forget; empty with the other actions. */
  agent: string;
  json: boolean;
}

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseWatch(args: readonly string[], env: NodeJS.ProcessEnv): WatchCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPERATOR_OPTIONS, allowPositionals: true });
  const [action = "alarms", agent = "", ...surplus] = positionals;
  if (action !== "alarms" && action !== "agents" && action !== "forget")
    throw wrongUse("watch", "请指明 agents 或 forget，或不带 · say agents or forget, or nothing");
  if (surplus.length > 0 || (action === "forget") !== (agent !== ""))
    throw wrongUse(
      "watch",
      "forget 带一个签名代理的名称，其他不带 · forget takes the name of one agent, the others none",
    );
  return { action, agent, json: values.json, ...operatorAccess("watch", values, env) };
}
