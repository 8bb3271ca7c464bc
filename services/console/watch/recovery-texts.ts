import type { Both, Entry } from "../text/texts.ts";

export const RECOVERY = {
  find: ["按证照标识、节点或代理查找", "Find by identifier, node or agent"],
  how: [
    "本系统如果用较旧的副本启动，会停止制证和签发，直到按其他节点的记录补齐。请先预演，看清会补回什么，再开始恢复",
    "A node that was started from an older copy of itself makes and issues nothing until it was brought forward by what other nodes have. Look first what would come back, then do it",
  ],
  standing: ["本系统所处的状态", "Where this node stands"],
  level: ["与其他节点一致", "Level with the other nodes"],
  uncompared: ["还没有与其他节点比对", "Not compared with other nodes yet"],
  behind: ["是较旧的副本", "Started from an older copy"],
  forked: ["历史不一致", "Another history than others have seen"],
  last: ["最近一次恢复", "The last recovery"],
  never: ["没有做过恢复", "There was none yet"],
  dry: ["预演", "A look"],
  real: ["恢复", "A recovery"],
  runs: (time: string): Both => [`${time} 开始，正在进行`, `begun ${time}, under way`],
  resumed: (time: string): Both => [
    `系统曾重新启动，${time} 起从中断处接着进行，不重复已补回的内容`,
    `The node was started anew: it goes on since ${time} from where it was, and brings nothing back twice`,
  ],
  over: (from: string, to: string): Both => [`${from} 至 ${to}`, `${from} to ${to}`],
  failed: (why: string): Both => [
    `未完成：${why}。查明原因后可再次开始，已补回的不受影响`,
    `It failed: ${why}. Mend the cause and begin again: what came back stays`,
  ],
  stop: ["停止恢复", "Stop the recovery"],
  stopping: ["正在停止，先做完手头的内容", "Being stopped: what is under way is done first"],
  stopped: [
    "已停止，已补回的保留；再次开始会接着补回其余内容",
    "Stopped: what came back stays, and beginning again goes on with the rest",
  ],
  left: (what: string, seconds: number): Both => [
    `正在处理${what}，这一项约剩 ${seconds} 秒`,
    `${what}: about ${seconds} s left of this part`,
  ],
  leftUnknown: (what: string): Both => [
    `正在处理${what}，剩余时间尚不能估计`,
    `${what}: the time left cannot be told yet`,
  ],
  part: ["内容", "What"],
  done: ["已比对", "Compared"],
  wouldBe: ["将补回", "Would be brought back"],
  restored: ["已补回", "Brought back"],
  lacking: ["未能补回", "Not brought back"],
  notices: ["需要人工处理", "For a person to do"],
  look: ["预演恢复", "Look what would come back"],
  start: ["开始恢复", "Begin the recovery"],
  startHow: [
    "按其他节点的记录补齐本系统缺少的内容；可随时重来，已补回的不会重复。完成前仍不能制证和签发。",
    "Brings back what other nodes have and this one lacks; it can be begun again at any time. Nothing is made or issued before it ends.",
  ],
  lost: ["未登记的签名", "Signatures that are not known here"],
  lostHow: [
    "签名代理已签署、本系统没有记录的证照；在补齐或放弃之前，相关部门不能制证和签发",
    "Certificates that agents have signed and this node does not know; until they are back or given up, their departments make and issue nothing",
  ],
  noLost: ["没有未登记的签名", "All that agents have signed is known"],
  identifier: ["证照标识", "Identifier"],
  agent: ["签名代理", "Agent"],
  since: ["起始时间", "Since"],
  act: ["操作", "Acts"],
  accept: ["放弃该签名", "Give it up"],
  acceptNamed: (identifier: string): Both => [`放弃该签名：${identifier}`, `Give it up: ${identifier}`],
  acceptHow: [
    "仅在确认恢复后仍没有、且无人持有该证照时放弃：部门须重新制证。本次放弃记入审计证据。",
    "Only where no recovery has brought it back and nobody holds it: the department makes it anew. Evidence tells who gave it up.",
  ],
  forks: ["同一标识下的两份记录", "Two records under one identifier"],
  forksHow: [
    "请逐项核对后裁定以哪一份为准；另一份除证据外不再保留",
    "Decide which one stands; the other is forgotten but for the evidence",
  ],
  noForks: ["没有需要裁定的记录", "Nothing is to be decided"],
  node: ["签发节点", "Node"],
  records: ["记录", "Records"],
  stands: ["以此为准", "This one stands"],
  standsNamed: (which: string): Both => [`以此为准：${which}`, `This one stands: ${which}`],
  standsHow: (identifier: string): Both => [
    `裁定后，${identifier} 的另一份记录不再有效，签发节点将改用这一份。不能撤回。`,
    `The other record of ${identifier} is forgotten, and its node takes over this one. It cannot be taken back.`,
  ],
  record: (time: string, digest: string): Both => [
    `${time} 签发，摘要 ${digest}…`,
    `issued ${time}, digest ${digest}…`,
  ],
} satisfies Record<string, Entry>;

/** What the parts of a recovery are called. */
export const PARTS: Readonly<Record<string, Both>> = {
  registry: ["登记记录", "registry"],
  delegations: ["委托", "delegations"],
  catalog: ["目录", "catalog"],
  drafts: ["目录草案", "drafts"],
  lists: ["应开通目录", "obligatory lists"],
  register: ["颁发机构目录", "register of issuers"],
  apps: ["应用", "apps"],
  certificates: ["证照", "certificates"],
  files: ["证照文件", "files"],
  numbers: ["事件编号", "numbers of events"],
};
