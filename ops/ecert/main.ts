import { Refusal } from "../../services/domain/refusal.ts";
import { APPLY_HELP } from "./apply-arguments.ts";
import { BLOBS_HELP } from "./blobs-arguments.ts";
import { EVIDENCE_HELP } from "./evidence-arguments.ts";
import { EXIT } from "./exit-code.ts";
import { FORKS_HELP } from "./forks-arguments.ts";
import { KEY_HELP } from "./key-arguments.ts";
import { LINKS_HELP } from "./links-arguments.ts";
import { LOST_HELP } from "./lost-arguments.ts";
import { NATS_HELP } from "./nats-arguments.ts";
import { NODE_HELP } from "./node-arguments.ts";
import { OFFICERS_HELP } from "./officers-arguments.ts";
import { RECOVER_HELP } from "./recover-arguments.ts";
import { SANDBOX_HELP } from "./sandbox-run-arguments.ts";
import { SEAL_HELP } from "./seal-arguments.ts";
import { SET_ASIDE_HELP } from "./set-aside-arguments.ts";
import { SETUP_HELP } from "./setup-arguments.ts";
import { STANDING_HELP } from "./standing-arguments.ts";
import { SUPERVISION_HELP } from "./supervision-arguments.ts";
import { TRUST_HELP } from "./trust-arguments.ts";
import { WATCH_HELP } from "./watch-arguments.ts";

/** Groups of commands that feed a node: loaded with what they call, once one of them is meant. */
const FED = [
  "division",
  "entry",
  "change",
  "paper",
  "hand-in",
  "department",
  "app",
  "account",
  "matter",
  "opening",
  "list",
  "plan",
  "right",
  "node-key",
  "item",
  "draft",
  "extension",
] as const;

const HELP = `ecert: 电子证照验证工具 · verifies electronic certificates, on this machine alone

用法 usage:
  ecert verify FILE… [options]     验证 PDF、OFD 或数据电文（JSON，签名在同名 .p7s 中）
                                   verifies PDF, OFD or data messages (JSON, with the signature in .p7s beside it)
  ecert verify-qr TEXT [options]   验证照面二维码的文字：哪个节点在何时作此声明 · verifies the text of a face's QR code:
                                   which node said so, and when; the certificate itself is not seen
  ecert status [FILE] [options]    查看状态包 · shows a status bundle; --server --out FILE fetches and keeps it
  ecert issuers [FILE] [options]   查看颁发机构目录 · shows a register of issuers; --server --out FILE fetches and keeps it
  ecert node-keys [FILE] [options] 查看节点密钥清单 · shows a list of nodes' keys; --server --out FILE fetches and keeps it
  ecert node init|card|join|doctor …
                                   安装、连接、检查节点（见 ecert node --help）
                                   makes, links and examines a node (see ecert node --help)
  ecert nats hub|leaf …            生成 NATS 配置（见 ecert nats --help）
                                   writes a node's NATS configuration (see ecert nats --help)
  ecert key make|request …         生成密钥文件（见 ecert key --help） · makes keys in files (see ecert key --help)
  ecert officers new|add|end|sign|check|show …
                                   部门经办人员名单（安全密钥，见 ecert officers --help）
                                   a department's list of officers' security keys (see ecert officers --help)
  ecert trust export …             生成信任目录（见 ecert trust --help）
                                   makes a node's trust folder (see ecert trust --help)
  ecert seal make|show|check …     制作、查看、验证电子印章（见 ecert seal --help）
                                   makes, shows and checks electronic seals (see ecert seal --help)
  ecert sandbox run|calls|check|report …
                                   沙箱：运行、查看调用、检测、验证报告（见 ecert sandbox --help）
                                   sandboxes: runs one, shows what a system sent, checks it (see ecert sandbox --help)
  ecert setup …                    设立节点的首个管理员（见 ecert setup --help）
                                   opens a node's first administrator (see ecert setup --help)
  ecert division|entry|change|paper|hand-in …
                                   区划、部门进驻、部门变更、材料、提交的清单（见各 --help）
                                   divisions, departments that enter or change, papers, lists handed in (see each with --help)
  ecert department|app|account|matter|seal|opening|list|right|node-key|item|draft …
                                   登记部门、应用、工作人员账户、事项、印章、发证开通、应开通目录、签发权、节点密钥、目录项、目录草案（见各 --help）
                                   puts and reads what a node works by (see each with --help)
  ecert apply -f FILE [--dry-run]  按文件配置一个部门（见 ecert apply --help）
                                   brings what a file describes of a department to a node (see ecert apply --help)
  ecert links [options]            查看节点间链路（见 ecert links --help）
                                   shows the links of a node, what is stuck and why (see ecert links --help)
  ecert watch [agents|forget …]    查看节点的告警和签名代理（见 ecert watch --help）
                                   shows what needs care at a node, and its agents (see ecert watch --help)
  ecert supervision rates|members|volumes|indicators|inspect …
                                   效能监督（见 ecert supervision --help）
                                   rates, volumes, indicators, frozen quarters (see ecert supervision --help)
  ecert set-aside list|retry …     查看、重试节点搁置的记录（见 ecert set-aside --help）
                                   shows and retries what a node has set aside (see ecert set-aside --help)
  ecert standing …                 节点与对方系统比对的结果（见 ecert standing --help）
                                   where a node stands against its peers (see ecert standing --help)
  ecert recover …                  恢复以旧副本启动的节点（见 ecert recover --help）
                                   brings a node forward that was started from an older copy (see ecert recover --help)
  ecert lost list|accept …         查看、放弃已签名而节点没有的证照（见 ecert lost --help）
                                   shows and gives up what agents have signed and a node does not know (see ecert lost --help)
  ecert forks list|settle …        核定同一标识下的两份证照（见 ecert forks --help）
                                   decides which of two certificates under one identifier stands (see ecert forks --help)
  ecert evidence list|verify|move --directory DIR
                                   证据链文件（见 ecert evidence --help）
                                   files of evidence and of agents' journals (see ecert evidence --help)
  ecert blobs check|pack --directory DIR
                                   文件存储的核对与整理（见 ecert blobs --help）
                                   checks and packs the files that a node keeps (see ecert blobs --help)
  ecert extend FILE.pdf --level LT|LTA --out FILE [--time-stamp URL]
                                   附加长期验证资料，原文件不变 · appends data for the long term; the file stays as it is
  ecert extract FILE --out DIR     取出签名各部分，供 openssl 等工具验证 · takes a signature apart for other tools

选项 options:
  --trust DIR        信任目录（默认环境变量 ECERT_TRUST） · trust directory (default: ECERT_TRUST), holding
                       *.pem, *.crt, *.cer, *.der, *.crl, *.p7b, *.p7c
                                      证书认证机构的证书、吊销列表，PEM、DER 或 PKCS#7
                                      certificates of authorities and revocation lists, in PEM, DER or PKCS#7
                       time-stamp*    时间戳签发机构的证书、吊销列表（可选） · the same of time stamp authorities (optional)
                       node-CODE.pem  节点公钥 · public keys of nodes
                       province-CODE.pem
                                      省节点公钥：其状态包和机构目录对所有节点有效
                                      that of the province, whose status bundle and register tell of all nodes
                       issuers.json   颁发机构目录，省节点签名或自行编写（可选）
                                      register of issuers (optional), signed by the province or written by hand
                       node-keys.json 节点密钥清单，省节点签名（可选），二维码依此验证
                                      list of nodes' keys (optional), signed by the province, by which QR codes are judged
                       status.ecsb    状态包（可选），未指定 --status、--server 时采用
                                      status bundle (optional), where neither --status nor --server names one
  --publisher CODE   省节点代码，公钥在 node-CODE.pem · code of the province, where no province-CODE.pem names it
  --status FILE      状态包 · status bundle; tells which certificates are not in force, off-line
  --server URL       向该地址索取最新状态包、机构目录或密钥清单 · fetches the latest bundle, register or list of keys from there
  --out FILE         保存到该文件 · keeps what was fetched
  --offline          不使用网络 · uses no network
  --message FILE     照面所属的数据电文 · data message that a face belongs to
  --signature FILE   数据电文的签名 · signature (CMS, DER) of the data message
  --level LEVEL      LT: 证书和吊销列表 · certificates and revocation lists; LTA: 再加文档时间戳 · and a document time stamp;
                     T: 只加文档时间戳，用于签名中没有时间戳的文件 · only that, for signatures without a time stamp
  --time-stamp URL   时间戳服务（RFC 3161） · time stamp authority
  --at TIME          按该时刻验证 · verifies as of this time (RFC 3339; default: now)
  --json             输出 JSON · prints JSON
  --help             本说明 · this text

退出码 exit codes:
  0 全部真实有效 · all valid                  1 至少一个无效 · at least one is invalid
  2 无法执行 · could not run                  3 真实但不具效力 · genuine, but one is not in force
  4 尚不能确定 · genuine, but for one it cannot be told whether it is in force
  5 仅 verify-qr：节点作此声明，未见证照本身 · verify-qr alone: a node says so, the certificate itself was not seen
  6 本平台不能判断的格式 · a format that cannot be judged here   7 不是本平台签发 · not issued by this platform
`;

/** Commands with a help of their own. */
const HELPS: Readonly<Record<string, string>> = {
  node: NODE_HELP,
  nats: NATS_HELP,
  key: KEY_HELP,
  officers: OFFICERS_HELP,
  trust: TRUST_HELP,
  seal: SEAL_HELP,
  sandbox: SANDBOX_HELP,
  setup: SETUP_HELP,
  apply: APPLY_HELP,
  links: LINKS_HELP,
  watch: WATCH_HELP,
  supervision: SUPERVISION_HELP,
  "set-aside": SET_ASIDE_HELP,
  standing: STANDING_HELP,
  recover: RECOVER_HELP,
  lost: LOST_HELP,
  forks: FORKS_HELP,
  evidence: EVIDENCE_HELP,
  blobs: BLOBS_HELP,
};

type Run = (args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  verify: async () => (await import("./verify.ts")).verify,
  "verify-qr": async () => (await import("./verify-qr.ts")).verifyQr,
  status: async () => (await import("./status.ts")).status,
  issuers: async () => (await import("./issuers.ts")).issuers,
  "node-keys": async () => (await import("./node-keys.ts")).nodeKeys,
  node: async () => (await import("./node.ts")).node,
  nats: async () => (await import("./nats.ts")).nats,
  key: async () => (await import("./key.ts")).key,
  officers: async () => (await import("./officers.ts")).officers,
  ...Object.fromEntries(FED.map((word) => [word, async () => (await import("./feed/feed.ts")).feedOf(word)])),
  apply: async () => (await import("./apply.ts")).apply,
  setup: async () => (await import("./setup.ts")).setup,
  trust: async () => (await import("./trust.ts")).trust,
  sandbox: async () => (await import("./sandbox.ts")).sandbox,
  seal: async () => (await import("./seal.ts")).seal,
  supervision: async () => (await import("./supervision.ts")).supervision,
  links: async () => (await import("./links.ts")).links,
  watch: async () => (await import("./watch.ts")).watch,
  "set-aside": async () => (await import("./set-aside.ts")).setAside,
  standing: async () => (await import("./standing.ts")).standing,
  recover: async () => (await import("./recover.ts")).recover,
  lost: async () => (await import("./lost.ts")).lost,
  forks: async () => (await import("./forks.ts")).forks,
  evidence: async () => (await import("./evidence.ts")).evidence,
  blobs: async () => (await import("./blobs.ts")).blobs,
  extend: async () => (await import("./extend.ts")).extend,
  extract: async () => (await import("./extract.ts")).extract,
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || args.includes("--help") || args.includes("-h")) {
    process.stdout.write(await helpOf(name));
    return name === undefined ? EXIT.failed : EXIT.valid;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new Refusal("INVALID_FIELD", `没有命令 ${name} · there is no command ${name}; see --help`);
  return (await load())(args);
}

const HAN = /\p{Script=Han}/u;

async function helpOf(name: string | undefined): Promise<string> {
  const own = name === undefined ? undefined : HELPS[name];
  if (name !== "seal" && name !== "sandbox" && !FED.some((word) => word === name)) return own ?? HELP;
  const fed = (await import("./feed/feed.ts")).helpOfGroup(name as string);
  return own === undefined ? fed : `${own}\n${fed}`;
}

/** A mistake of the user is told in words; anything else is a defect and shows where it happened. */
function fail(error: unknown): number {
  const remedy = error instanceof Refusal && error.fields[0]?.remedy;
  const text = error instanceof Refusal ? error.message : (error as Error).stack;
  process.stderr.write(`ecert: ${text}${remedy ? `; ${remedy}` : ""}\n`);
  // What a node refuses is told in English, with the sentence for people beside it.
  if (error instanceof Refusal && !HAN.test(text ?? "") && !text?.endsWith("--help"))
    process.stderr.write(`ecert: ${error.localized}\n`);
  return EXIT.failed;
}

process.exitCode = await main(process.argv.slice(2)).catch(fail);
