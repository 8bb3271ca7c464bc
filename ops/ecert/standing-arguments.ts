import { OPERATOR_HELP } from "./operator-options.ts";

/** Help of `ecert standing`. */
export const STANDING_HELP = `ecert standing: 节点与对方系统比对的结果 · where a node stands against what its peers have seen of it

用法 usage:
  ecert standing [options]

选项 options:
${OPERATOR_HELP}
退出码 exit codes:
  0 齐平 · level                1 落后、分叉或尚未比对 · behind, forked, or not compared yet
  2 无法执行 · could not run
`;
