import type { Both, Entry } from "../text/texts.ts";

export const DELIVERIES = {
  find: ["按事件、接收方或原因查找", "Find by event, receiver or fault"],
  how: [
    "扩展功能的接收方按事件接收证照变化；多次投递未成的在这里列出，检查接收方后可重试",
    "Receivers of extensions are told of changes of certificates; what could not be delivered stands here, and can be tried again once the receiver is right",
  ],
  state: ["状态", "State"],
  waiting: ["等待投递", "Waits"],
  delivered: ["已投递", "Delivered"],
  givenUp: ["已放弃", "Given up"],
  event: ["事件", "Event"],
  receiver: ["接收方", "Receiver"],
  attempts: ["已试次数", "Attempts"],
  occurred: ["发生时间", "Occurred"],
  fault: ["最近的故障", "Last fault"],
  act: ["操作", "Acts"],
  retry: ["重新投递", "Deliver again"],
  retryNamed: (id: string): Both => [`重新投递：${id}`, `Deliver again: ${id}`],
  again: (event: string): Both => [
    `已重新投递：${event}。结果见“等待投递”和“已投递”`,
    `Delivered again: ${event}. What comes of it stands with those that wait and those that were delivered`,
  ],
  none: ["没有这种状态的投递", "No delivery is in this state"],
} satisfies Record<string, Entry>;
