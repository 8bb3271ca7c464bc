import type { Both, Entry } from "../text/texts.ts";

export const WATCH = {
  title: ["运维", "Operations"],
  parts: ["运维的各部分", "Parts of operations"],
  overview: ["总览", "Overview"],
  agents: ["签名代理", "Agents"],
  devices: ["加密设备", "Devices"],
  links: ["链路", "Links"],
  setAside: ["搁置清单", "Set aside"],
  deliveries: ["投递", "Deliveries"],
  recovery: ["恢复", "Recovery"],
  refreshed: (time: string): Both => [`数据截至 ${time}，每 5 秒自动更新`, `As of ${time}; read again every 5 seconds`],
  paused: (time: string): Both => [
    `数据截至 ${time}；10 分钟无人操作，已暂停更新，移动鼠标或按任意键即继续`,
    `As of ${time}; not read again since nobody was here for 10 minutes: move the mouse or press a key`,
  ],
  alarms: ["告警", "Alarms"],
  noAlarm: ["没有需要处理的告警", "Nothing needs care"],
  findAlarm: ["按原因、对象或服务查找告警", "Find by cause, subject or service"],
  urgency: ["紧急程度", "How soon"],
  now: ["请立即处理", "Needs care now"],
  soon: ["请安排处理", "Needs care soon"],
  since: (time: string): Both => [`自 ${time}`, `since ${time}`],
  look: ["前去处理", "Look into it"],
  services: ["服务", "Services"],
  process: (replica: string, time: string): Both => [
    `进程 ${replica}，${time} 启动`,
    `Process ${replica}, started ${time}`,
  ],
  service: ["服务", "Service"],
  state: ["状态", "State"],
  serving: ["正常", "Serves"],
  notServing: ["不能办理", "Cannot serve"],
  away: ["没有应答", "Does not answer"],
  sinceWhen: ["起始时间", "Since"],
  engine: ["数据库", "Store"],
  size: ["数据库大小", "Size of the store"],
  cause: ["原因", "Cause"],
  countAside: ["已搁置", "Set aside"],
  storage: ["存储", "Storage"],
  disk: ["数据目录所在磁盘", "Disk of the data directory"],
  free: (free: string, total: string): Both => [`可用 ${free}，共 ${total}`, `${free} free of ${total}`],
  unknownRoom: ["暂时读不到可用空间", "Its room cannot be told now"],
  certificates: ["TLS 证书", "TLS certificates"],
  use: ["用途", "Use"],
  subject: ["持有者", "Subject"],
  file: ["文件", "File"],
  ends: ["到期时间", "Ends"],
  useNode: ["本系统", "This node"],
  useListener: ["监听地址", "A listener"],
  useBroker: ["消息服务器连接", "The broker"],
  useAuthority: ["信任的颁发机构", "An authority that is trusted"],
  list: ["清单", "List"],
} satisfies Record<string, Entry>;

/** What people call the services of a node. */
export const SERVICE_NAMES: Readonly<Record<string, Both>> = {
  catalog: ["目录 catalog", "catalog"],
  identity: ["身份 identity", "identity"],
  governance: ["治理 governance", "governance"],
  issue: ["发证 issue", "issue"],
  usage: ["用证 usage", "usage"],
  sync: ["同步 sync", "sync"],
  supervision: ["监督 supervision", "supervision"],
  extension: ["扩展 extension", "extension"],
};

/** Name of a service for people; one that this page does not know bears its own. */
export function serviceName(name: string): Both {
  return SERVICE_NAMES[name] ?? [name, name];
}
