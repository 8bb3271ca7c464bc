import { divisionFault } from "../../services/domain/division.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { isSandboxNode, SANDBOX_MARK } from "../../services/domain/sandbox.ts";

/** Help of `ecert node`. */
export const NODE_HELP = `ecert node: 安装节点 · installs a node (ops/config/README.md goes through all of it)

用法 usage:
  ecert node init --role ROLE --code CODE --name NAME --host HOST --directory DIR [options]
                         生成节点密钥、证书请求和初始配置，不覆盖任何文件
                         makes a node's keys, certificate requests and a first configuration; overwrites nothing
  ecert node init --sandbox --code CODE --name NAME --host HOST --directory DIR [options]
                         同上，生成沙箱；另见 ecert sandbox run · the same for a sandbox; see ecert sandbox run as well
  ecert node card --config FILE --mesh HOST:PORT [--leaf HOST:PORT] [--out FILE]
                         生成交给对方节点的名片（公钥、地址），不含秘密
                         makes the card that the other node needs: public key and addresses, no secret
  ecert node join --config FILE --card FILE [--fingerprint HEX]
                         登记对方节点：写入其公钥和配置 peers
                         takes the other node up: its key, and its entry in peers of the configuration
  ecert node doctor --config FILE
                         逐项检查已配置的节点：文件、证书、吊销列表、数据库、消息服务、对方节点，各附处理办法
                         checks a configured node, each fault with its remedy: files, certificates, lists, database, broker, peers

init:
  --role ROLE            province 省 | city 地市 | department 部门版
  --code CODE            节点代码（行政区划代码，6 至 12 位数字） · division code of the node, 6 to 12 digits
  --sandbox              沙箱（6.2.4）：代码前加 TEST，不与任何节点相连 · a sandbox: TEST before its code, linked with nobody
  --name NAME            节点名称 · its name
  --host HOST            证书中的主机名或 IPv4 地址，可重复 · host name or IPv4 address for its certificates; may be repeated
  --directory DIR        新目录或空目录 · a new or empty folder
  --data DIR             数据目录（默认 DIR/data） · data directory (default: DIR/data)
  --mongodb-uri-file FILE  MongoDB 连接串文件；缺省用 SQLite · file with the connection string of MongoDB; without it SQLite
  --listen-mesh, --listen-public, --listen-connect, --listen-admin, --nats HOST:PORT
                         监听地址 · where it listens (0.0.0.0:7400, 0.0.0.0:7443, 0.0.0.0:8443, 127.0.0.1:9400), and where its
                         NATS server does (127.0.0.1:4222)
  --listen-sign-in HOST:PORT  工作人员以数字证书登录的监听地址；缺省则无人登录
                         where staff sign in with their certificates; without it nobody does
  --operator NAME        首位运维人员（默认 admin） · name of its first operator (default: admin)

card:
  --mesh HOST:PORT       对方可达的内部监听地址，可重复 · its mesh listener as the other node reaches it; may be repeated
  --leaf HOST:PORT       省节点：接受各市 NATS 的地址 · of the province: where its NATS hub takes leaves
  --out FILE             写入该文件（须尚不存在）；缺省输出到屏幕 · file to write, which must not be there; else it is printed

join:
  --config FILE          可重复：节点的每个进程各一 · may be repeated, for each process of the node
  --fingerprint HEX      对方经电话等途径告知的公钥指纹，不符即拒绝 · SHA-256 of its key as its operator has told it; else refused

  --json                 输出 JSON · prints JSON
  --help                 本说明 · this text

退出码 exit codes: 0 完成、无缺失 · done, or nothing is missing   1 doctor 发现缺失 · doctor found something   2 无法执行 · could not run
`;

/** The value of an option that cannot be left out. Throws `INVALID_FIELD`, naming it. */
export function needed(value: string | undefined, name: string, command: string): string {
  if (value) return value;
  throw refuseArgument("INVALID_FIELD", `--${name}`, "缺少 · is missing", `see ecert ${command} --help`);
}

/** Refuses (`INVALID_FIELD`) what stands beside the options. */
export function noneBeside(positionals: readonly string[], command: string): void {
  const [surplus] = positionals;
  if (surplus === undefined) return;
  throw refuseArgument("INVALID_FIELD", surplus, "多余 · is not expected", `see ecert ${command} --help`);
}

/** A `host:port` of an option. Throws `INVALID_FIELD`, naming it. */
export function hostAndPort(value: string, name: string): string {
  const [, port] = /^(?:\[[0-9A-Fa-f:]+\]|[^\s:/[\]]+):([0-9]{1,5})$/.exec(value) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536) return value;
  throw refuseArgument(
    "INVALID_FIELD",
    `--${name}`,
    `${value} 不是 HOST:PORT · is no HOST:PORT`,
    "for example 10.0.0.7:7400",
  );
}

/** Code of a node. Throws `INVALID_FIELD`, naming the option. */
export function codeOf(text: string, option: string): string {
  const fault = divisionFault(text);
  if (fault === undefined) return text;
  const description = `${text} 不是节点代码 · is no code of a node: ${fault}`;
  throw refuseArgument("INVALID_FIELD", `--${option}`, description, "begin with the division code, for example 440100");
}

/** Code of the sandbox of a division. Throws `INVALID_FIELD`, naming the option, for one that has more digits than serials have room for. */
export function sandboxOf(division: string, option: string): string {
  const code = `${SANDBOX_MARK}${codeOf(division, option)}`;
  if (isSandboxNode(code)) return code;
  const description = `${division} 的沙箱代码过长 · is too long for the code of a sandbox`;
  throw refuseArgument(
    "INVALID_FIELD",
    `--${option}`,
    description,
    "name a division by 6 to 8 digits, for example 440106",
  );
}

/** A host name or an IPv4 address of `--host`. Throws `INVALID_FIELD`. */
export function hostOf(text: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,252}$/i.test(text)) return text;
  const description = `${text} 不是主机名或 IPv4 地址 · is neither a host name nor an IPv4 address`;
  throw refuseArgument("INVALID_FIELD", "--host", description, "name the host alone, without scheme and port");
}

/** The name of a service, agent or operator. Throws `INVALID_FIELD`, naming the option. */
export function wordOf(text: string, option: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,62}$/i.test(text)) return text;
  const remedy = "take letters, digits, dots and hyphens, 63 at most";
  throw refuseArgument("INVALID_FIELD", `--${option}`, `${text} 不能作为名称 · cannot be a name`, remedy);
}
