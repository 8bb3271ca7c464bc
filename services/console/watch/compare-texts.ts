import type { Both, Entry } from "../text/texts.ts";

export const COMPARE = {
  compare: ["比对证照库", "Compare the archives"],
  compareWith: (node: string): Both => [`比对证照库：${node}`, `Compare the archives: ${node}`],
  goOn: ["接着比对", "Go on comparing"],
  goOnWith: (node: string): Both => [`接着比对：${node}`, `Go on comparing: ${node}`],
  stop: ["停止比对", "Stop comparing"],
  stopped: [
    "已停止，已补齐的保留；再次比对会接着补齐",
    "Stopped: what was fetched stays, and comparing again goes on with the rest",
  ],
  stillGoing: [
    "这里已停止等待；本次比对由系统定时或由他人发起，仍在进行",
    "You no longer wait for it here; this comparison was begun by the node itself or by somebody else, and goes on",
  ],
  begunElsewhere: [
    "本次比对由系统定时或由他人发起，正在进行",
    "This comparison was begun by the node itself or by somebody else, and is under way",
  ],
  interrupted: (done: string, all: string, repaired: string): Both => [
    `上次比对中断，已逐件核对 ${done} / ${all} 件，已补齐 ${repaired} 件；再次比对会接着补齐`,
    `The last comparison was interrupted: ${done} of ${all} looked at, ${repaired} fetched; comparing again goes on with the rest`,
  ],
  checked: (done: number, all: number, repaired: string): Both => [
    `有差异的各日已逐件核对 ${done} / ${all} 件，已补齐 ${repaired} 件`,
    `${done} of ${all} records of the days that differ are looked at, ${repaired} fetched`,
  ],
  left: (seconds: number): Both => [`，约剩 ${seconds} 秒`, `, about ${seconds} s left`],
  going: (seconds: number): Both => [
    `正在逐日比对并补齐，已用 ${seconds} 秒；停止后已补齐的保留`,
    `comparing day by day for ${seconds} s; what was fetched stays when you stop`,
  ],
  found: (records: string, repaired: string): Both => [
    `已比对 ${records} 件，补齐 ${repaired} 件，`,
    `${records} compared, ${repaired} fetched: `,
  ],
  equal: ["两份证照库一致", "both archives are equal"],
  unequal: [
    "两份证照库仍不一致，原因见差异和搁置清单",
    "they still differ: see the differences, and what was set aside",
  ],
  unreadable: (count: string): Both => [
    `；${count} 件无法读取，已搁置`,
    `; ${count} cannot be read and were set aside`,
  ],
} satisfies Record<string, Entry>;
