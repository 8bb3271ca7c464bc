import { parsedBy, wrongUse } from "./operator-options.ts";

/** Help of `ecert blobs`. */
export const BLOBS_HELP = `ecert blobs: 文件存储 · files that a node on SQLite keeps (faces, attachments, papers), on this machine

用法 usage:
  ecert blobs check --directory DIR   逐一读取、重新拼合并核对摘要 · reads every one, joins it again and compares it with its digest
  ecert blobs pack --directory DIR    将旧版本的单个文件移入包文件，证照文件按共用部分存储 · moves files of a version before into packs, those of certificates split

选项 options:
  --directory DIR  节点的数据目录 · data directory of a node
  --json           输出 JSON · prints JSON

节点运行时亦可使用；可随时中断，再次执行即继续。使用 MongoDB 的节点不需要。
Both may be used while the node runs, be ended at any time and be run again. Nodes on MongoDB need neither.

退出码 exit codes:
  0 全部完好 · all of them are whole     1 有文件损坏或缺失 · some are damaged or missing     2 无法执行 · could not run
`;

/** What the command is to do. */
export interface BlobsCommand {
  action: "check" | "pack";
  directory: string;
  json: boolean;
}

const OPTIONS = { directory: { type: "string" }, json: { type: "boolean", default: false } } as const;

/** Parses the command line. Throws `INVALID_FIELD`. */
export function parseBlobs(args: readonly string[]): BlobsCommand {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [action, ...rest] = positionals;
  if ((action !== "check" && action !== "pack") || rest.length > 0)
    throw wrong("请指明 check 或 pack · say check or pack");
  const { directory, json } = values;
  if (directory === undefined) throw wrong("缺少 --directory · --directory is missing");
  return { action, directory, json };
}

const wrong = (message: string) => wrongUse("blobs", message);
