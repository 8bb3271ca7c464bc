import { OPERATOR_HELP, OPERATOR_OPTIONS, type OperatorAccess, operatorAccess, parsedBy } from "./operator-options.ts";

/** Help of `ecert links`. */
export const LINKS_HELP = `ecert links: 节点间链路 · the links of a node with others: what waits, what is stuck and why, and how both ends stand

用法 usage:
  ecert links [options]   显示各链路 · shows every link, and what is wrong with it

选项 options:
  --watch              每两秒刷新，直至中断 · shows them again every two seconds, until it is interrupted
${OPERATOR_HELP}
退出码 exit codes:
  0 全部正常 · all are well (events that only wait are no fault)
  1 有链路不正常 · something is wrong with one
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface LinksCommand extends OperatorAccess {
  watch: boolean;
  json: boolean;
}

const OPTIONS = { ...OPERATOR_OPTIONS, watch: { type: "boolean", default: false } } as const;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseLinks(args: readonly string[], env: NodeJS.ProcessEnv): LinksCommand {
  const { values } = parsedBy({ args: [...args], options: OPTIONS });
  return { watch: values.watch, json: values.json, ...operatorAccess("links", values, env) };
}
