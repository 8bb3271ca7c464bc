import { refuseArgument } from "../../services/domain/refusal.ts";
import { parsedBy } from "./operator-options.ts";

/** Help of `ecert trust`. */
export const TRUST_HELP = `ecert trust: 信任目录 · trust folders, by which ecert verify judges documents on any machine

用法 usage:
  ecert trust export --to FOLDER --config FILE [options]
                       按节点配置生成信任目录：认证机构、吊销列表、时间戳签发机构、省节点公钥，
                       并取得机构目录、节点密钥清单、状态包；重复执行即更新
                       makes the trust folder of a node, from its configuration: authorities, revocation lists, time stamp
                       authorities, the province's key; with the register of issuers, the list of nodes' keys and the status
                       bundle as the province hands them out now. Run again, it brings the folder up to date

选项 options:
  --to FOLDER          新目录、空目录或先前导出的目录 · a new or empty folder, or one that was exported before
  --config FILE        节点任一进程的配置文件 · configuration of any process of the node
  --server URL         省节点的 Connect 地址（默认：省节点自身的 sync 服务） · Connect address of the province
                       (default at the province: its own sync service)
  --ca FILE            该地址的证书认证机构（默认：节点配置中的 tls.caFile） · authority of its TLS certificate
                       (default: the node's own, tls.caFile)
  --offline            不使用网络，目录中没有机构目录、密钥清单和状态包
                       uses no network: without register, list of keys and status bundle
  --help               本说明 · this text

退出码 exit codes:
  0 已生成 · made      2 无法执行 · could not run
`;

/** What the command is to do. */
export interface TrustExport {
  to: string;
  config: string;
  /** Address of the province by Connect; the node's own where it is the province. */
  server?: string;
  ca?: string;
  offline: boolean;
}

const OPTIONS = {
  to: { type: "string" },
  config: { type: "string" },
  server: { type: "string" },
  ca: { type: "string" },
  offline: { type: "boolean", default: false },
} as const;

/** Parses the command line. Throws `INVALID_FIELD`, naming the option. */
export function parseTrust(args: readonly string[]): TrustExport {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [action, surplus] = positionals;
  if (action !== "export" || surplus !== undefined) {
    const given = surplus ?? action ?? "nothing";
    throw wrong("command", `没有命令 trust ${given} · there is no trust ${given}`, "write ecert trust export");
  }
  const { to, config, server, ca, offline } = values;
  if (!to) throw wrong("--to", "缺少 · is missing", "name the folder that is to be made");
  if (!config) throw wrong("--config", "缺少 · is missing", "name the configuration of a process of the node");
  return { to, config, ...(server !== undefined && { server }), ...(ca !== undefined && { ca }), offline };
}

function wrong(field: string, description: string, remedy: string) {
  return refuseArgument("INVALID_FIELD", field, description, remedy);
}
