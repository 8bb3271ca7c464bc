import { parsedBy, wrongUse } from "./operator-options.ts";

/** Help of `ecert evidence`. */
export const EVIDENCE_HELP = `ecert evidence: 证据链文件 · the files of a node's evidence, or of an agent's journal, on this machine

用法 usage:
  ecert evidence list --directory DIR              列出各证据链的文件 · lists the chains and how large their files are
  ecert evidence verify --directory DIR [--moved DIR]
                                                   验证证据链 · proves each chain, with what was moved away where that is named
  ecert evidence move --directory DIR --to DIR     移走已写满的文件 · moves files that are closed, once they are proven

选项 options:
  --directory DIR  节点的数据目录，或签名代理的日志目录 · data directory of a node, or journal directory of an agent
  --moved DIR      先前移往的目录 · where files were moved before
  --to DIR         移往的目录，不得在数据目录内 · where to; not below the data directory
  --json           输出 JSON · prints JSON

节点运行时亦可使用；每条链最新的两个文件不移动。移走的文件须妥善保存，不得删除。
All of it may be used while the node runs; the newest two files of each chain (64 MiB each) stay. Keep what was moved: it is evidence.

退出码 exit codes:
  0 成功 · done, and every chain holds     1 有证据链被破坏 · a chain is broken     2 无法执行 · could not run
`;

/** What the command is to do. */
export interface EvidenceCommand {
  action: "list" | "verify" | "move";
  directory: string;
  /** Where files were moved, or are to be. */
  other: string | undefined;
  json: boolean;
}

const OPTIONS = {
  directory: { type: "string" },
  moved: { type: "string" },
  to: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Parses the command line. Throws `INVALID_FIELD`. */
export function parseEvidence(args: readonly string[]): EvidenceCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [action, ...rest] = positionals;
  if ((action !== "list" && action !== "verify" && action !== "move") || rest.length > 0)
    throw wrong("请指明 list、verify 或 move · say list, verify or move");
  const { directory, moved, to, json } = values;
  if (directory === undefined) throw wrong("缺少 --directory · --directory is missing");
  if ((to === undefined) === (action === "move"))
    throw wrong("move 须有 --to · --to goes with move, and with nothing else");
  if (moved !== undefined && action !== "verify") throw wrong("--moved 只用于 verify · --moved goes with verify alone");
  return { action, directory, other: to ?? moved, json };
}

const wrong = (message: string) => wrongUse("evidence", message);
