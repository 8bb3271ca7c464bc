import type { Both, Entry } from "../text/texts.ts";

export const LINKS = {
  how: [
    "本系统与其他节点之间的每一条链路；断开期间的变更都已保存，恢复后自动补发",
    "Each link to another node; what changes while one is cut is kept, and sent when it is back",
  ],
  none: ["本系统没有与其他节点相连", "This node is linked to no other"],
  connected: ["已连通", "Connected"],
  cut: ["不通", "Cut"],
  state: ["状态", "State"],
  fault: ["故障", "Fault"],
  lastFault: ["最近的故障", "Last fault"],
  noFault: ["进程启动后没有出现过故障", "none since the process began"],
  from: (since: string, seen: string): Both => [`${since} 至 ${seen}`, `from ${since} to ${seen}`],
  pending: ["待对方确认", "Wait for a receipt"],
  pendingOf: (count: string, ago: string): Both => [
    `${count} 个事件，最久的已等待 ${ago}`,
    `${count} events, the oldest for ${ago}`,
  ],
  numbers: ["编号", "Numbers"],
  numbersOf: (sent: string, confirmed: string, received: string): Both => [
    `已发 ${sent}，对方已确认 ${confirmed}；已收 ${received}`,
    `sent ${sent}, confirmed ${confirmed}; received ${received}`,
  ],
  gaps: (count: string): Both => [
    `；曾发现 ${count} 处缺口，均已要求重发`,
    `; ${count} gaps noticed, all asked for again`,
  ],
  compared: ["最近比对", "Compared last"],
  equal: ["两份证照库摘要一致", "both archives are equal by digest"],
  unequal: (surplus: string, unrepaired: string): Both => [
    `两份证照库摘要不一致：多出 ${surplus}，未能补齐 ${unrepaired}`,
    `the archives differ: ${surplus} too many, ${unrepaired} not repaired`,
  ],
  repaired: (count: string): Both => [`，已补齐 ${count}`, `, ${count} repaired`],
  neverCompared: [
    "进程启动后还没有比对过（由省级节点定期比对，结果见省级节点）",
    "not since the process began (the province compares from time to time, and has what was found)",
  ],
  asked: (at: string): Both => [
    `由省级节点比对，结果见省级节点；${at} 对方索取了本库摘要，当时开头为`,
    `the province compares, and has what was found; it asked at ${at}, when the digest of this archive began with`,
  ],
  standing: ["相互印证", "Standing"],
  level: ["双方一致", "both are level"],
  uncompared: ["还没有印证过", "not compared yet"],
  behind: ["本系统较对方所见为旧", "this node is behind what the peer has seen"],
  forked: ["双方所见的历史不一致", "both have seen different histories"],
  clock: (seconds: string): Both => [`时钟相差 ${seconds} 秒`, `clocks differ by ${seconds} s`],
  stuck: ["受阻的事件", "Event that does not get through"],
  stuckOf: (number: string, tries: string, since: string): Both => [
    `编号 ${number}，已发送 ${tries} 次，自 ${since}`,
    `number ${number}, sent ${tries} times, since ${since}`,
  ],
  setAside: ["已搁置", "Set aside"],
  forks: ["两份记录", "Two records"],
  settle: ["前去裁定", "Decide"],
  lookAside: ["查看搁置清单", "See what was set aside"],
} satisfies Record<string, Entry>;
