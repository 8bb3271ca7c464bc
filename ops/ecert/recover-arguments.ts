import {
  OPERATOR_HELP,
  OPERATOR_OPTIONS,
  type OperatorAccess,
  operatorAccess,
  parsedBy,
  wrongUse,
} from "./operator-options.ts";

/** Help of `ecert recover`. */
export const RECOVER_HELP = `ecert recover: 恢复以旧副本启动的节点 · brings a node forward that was started from an older copy of itself

用法 usage:
  ecert recover [options]              从对方系统取回证照、文件、登记、目录与编号，节点在后台执行
                                       takes back certificates, files, registry, catalog and numbers from the peers, at the node itself
  ecert recover --dry-run [options]    只查看 · only looks, and tells what would be brought back

选项 options:
  --dry-run            只查看，不更改 · only looks
  --accept-losses      虽有缺失仍继续，须先阅读报告 · goes on though something is lacking; read the report without it first
  --watch              不启动，只查看正在执行或最近一次恢复 · starts nothing: shows the one that runs, or the last one
${OPERATOR_HELP}
Ctrl-C 只停止查看，节点继续恢复 · Ctrl-C only stops watching; the node goes on.

退出码 exit codes:
  0 已齐平 · done, and the node is level (dry run: nothing is to be brought back or told)
  1 未齐平，见报告 · not level: see the report
  2 无法执行 · could not run
`;

/** What the command is to do. */
export interface RecoverCommand extends OperatorAccess {
  dryRun: boolean;
  acceptLosses: boolean;
  watch: boolean;
  json: boolean;
}

const OPTIONS = {
  ...OPERATOR_OPTIONS,
  "dry-run": { type: "boolean", default: false },
  "accept-losses": { type: "boolean", default: false },
  watch: { type: "boolean", default: false },
} as const;

/** Parses the command line; what it does not say is taken from the environment. Throws `INVALID_FIELD`. */
export function parseRecover(args: readonly string[], env: NodeJS.ProcessEnv): RecoverCommand {
  const { values } = parsedBy({ args: [...args], options: OPTIONS });
  const { "dry-run": dryRun, "accept-losses": acceptLosses, watch, json } = values;
  if ([dryRun, acceptLosses, watch].filter(Boolean).length > 1)
    throw wrongUse("recover", "只能选择其一 · --dry-run, --accept-losses and --watch exclude each other");
  return { dryRun, acceptLosses, watch, json, ...operatorAccess("recover", values, env) };
}
