import type { Both, Entry } from "../text/texts.ts";

export const AGENTS = {
  how: [
    "签名代理装在部门的主机上，守着加密设备；这里列出曾经连接过本系统的每一个",
    "An agent runs on a department's host and guards its device; every one that was ever connected to this node is listed",
  ],
  find: ["按代理名称、印章编码或其证书查找", "Find by name of the agent, or by code or certificate of a seal"],
  name: ["名称", "Name"],
  state: ["状态", "State"],
  ready: ["在线，可签名", "Connected, signs"],
  faulty: ["在线，不能签名", "Connected, cannot sign"],
  away: ["不在线", "Away"],
  since: ["起始时间", "Since"],
  lastSeen: ["最近消息", "Heard last"],
  replicas: ["连接的进程", "Replicas"],
  seals: ["印章与签名证书到期时间", "Seals, and when their certificates end"],
  unreadable: ["证书无法读取", "its certificate cannot be read"],
  version: ["版本", "Version"],
  drained: ["已正常停止", "stopped as it should be"],
  ended: ["连接中断", "its connection ended without a word"],
  silent: ["没有消息", "nothing was heard of it"],
  none: [
    "还没有签名代理连接过。请在部门主机安装并启动签名代理，连接后自动出现在这里",
    "No agent was ever connected. Install and start one on the department's host: it appears here by itself",
  ],
  forget: ["移除签名代理", "Take the agent off the list"],
  forgetHow: (name: string): Both => [
    `移除后不再就 ${name} 告警；它再次连接时会重新出现。对其日志的见证仍然保留，本次移除记入审计证据。`,
    `Nobody is warned of ${name} any more; when it connects again it is back. What was witnessed of its journal stays, and evidence tells who took it off.`,
  ],
  columnAct: ["操作", "Acts"],
} satisfies Record<string, Entry>;
