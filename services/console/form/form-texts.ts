import type { Both, Entry } from "../text/texts.ts";

export const FORM = {
  required: (title: string): Both => [`请填写${title}`, `Fill in ${title}`],
  locked: ["与证照信息一致，自动填写", "Follows what stands above"],
  add: (title: string): Both => [`添加${title}`, `Add ${title}`],
  remove: ["删除", "Remove"],
  removeRow: (title: string): Both => [`删除${title}`, `Remove ${title}`],
  keptAt: (time: string): Both => [`草稿已保存 ${time}`, `Draft kept ${time}`],
  keptWhere: ["草稿保存在本窗口，关闭窗口即清除", "The draft stays in this window and goes with it"],
  sent: ["已上传", "Sent"],
  notSent: ["未能上传", "Not sent"],
  sending: ["正在上传", "Being sent"],
  sendingFor: (seconds: number): Both => [`正在上传，约剩 ${seconds} 秒`, `Being sent, about ${seconds} s left`],
  lineBroken: ["网络中断，恢复后自动续传", "The line is broken: it goes on by itself"],
  cancelSending: ["取消上传", "Stop sending"],
  cancelSendingOf: (name: string): Both => [`取消上传 ${name}`, `Stop sending ${name}`],
  retry: ["重试", "Try again"],
  retryOf: (name: string): Both => [`重试 ${name}`, `Try again: ${name}`],
  another: ["另选文件", "Choose another file"],
  anotherFor: (name: string): Both => [`另选文件代替 ${name}`, `Choose another file in place of ${name}`],
  beginAnew: ["清空重填", "Begin anew"],
} satisfies Record<string, Entry>;
