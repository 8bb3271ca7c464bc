import type { Both, Entry } from "../text/texts.ts";

export const SET_ASIDE = {
  find: ["按内容、节点或原因查找", "Find by key, node or cause"],
  how: [
    "服务无法读取或办理的内容会先搁置，其余业务照常办理。请按原因处理后重试，成功的即从清单移除",
    "What a service cannot read or apply is set aside, so that all else goes on. Mend the cause and try again: what can be read then leaves the list",
  ],
  service: ["服务", "Service"],
  option: (name: string, count: string): Both => [`服务：${name}（${count}）`, `Service: ${name} (${count})`],
  key: ["内容", "What"],
  place: ["位置", "Where"],
  node: ["来自节点", "From node"],
  here: ["本系统", "this node"],
  why: ["原因", "Cause"],
  since: ["起始时间", "Since"],
  tries: ["已试次数", "Tries"],
  act: ["操作", "Acts"],
  retry: ["重试该项", "Try it again"],
  retryNamed: (key: string): Both => [`重试该项：${key}`, `Try it again: ${key}`],
  none: ["该服务没有搁置的内容", "This service has set nothing aside"],
  done: (key: string): Both => [`${key} 已办理，从清单移除`, `${key} was read and applied, and has left the list`],
  stays: (key: string, reason: string): Both => [
    `${key} 仍不能办理：${reason}。请先处理原因`,
    `${key} cannot be applied yet: ${reason}. Mend the cause first`,
  ],
  outbox: ["待发事件", "outbox"],
  inbox: ["收到的事件", "inbox"],
  registry: ["登记记录", "registry"],
  archive: ["证照库", "archive"],
  store: ["其他记录", "store"],
} satisfies Record<string, Entry>;
