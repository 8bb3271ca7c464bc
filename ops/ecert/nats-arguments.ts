/** Help of `ecert nats`. */
export const NATS_HELP = `ecert nats: 按节点配置生成 NATS 配置 · writes the configuration of a node's NATS server from the node's own

用法 usage:
  ecert nats hub --config FILE --listen-leaves HOST:PORT --store DIR --out FILE
                         省节点的中心服务器：每个对方节点（配置 peers）一个账户
                         the province's hub, with an account for each node among the peers of its configuration
  ecert nats leaf --config FILE --hub HOST:PORT --out FILE
                         地市、部门版的叶子服务器 · the leaf beside a city or a department's edition

  --config FILE          节点的配置文件：nats.servers 的第一个即监听地址 · configuration of the node; the server listens at the first
                         of its nats.servers
  --listen-leaves HOST:PORT  接受叶子连接的监听地址 · where it takes leaves
  --store DIR            消息流目录 · folder of its streams
  --hub HOST:PORT        省节点接受叶子的地址（在其名片中） · where the province's hub takes leaves, as its card says
  --certificate FILE     服务器证书（默认：节点证书旁的 nats.crt.pem） · certificate of the server, ecert://CODE/service/nats
                         (default: nats.crt.pem beside the node's)
  --private-key FILE     其私钥（默认 nats.key.pem） · its private key (default: nats.key.pem there)
  --out FILE             写入的文件；只覆盖本命令先前所写且未经改动的文件
                         file to write; only one that this command wrote and nobody has changed is written over
  --json                 输出 JSON · prints JSON
  --help                 本说明 · this text

登记新节点后在省节点重新生成，并重启服务器 · written anew at the province when a node has joined; then restart the server.

退出码 exit codes: 0 已生成 · written   2 无法执行 · could not run
`;
