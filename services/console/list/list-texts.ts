import type { Both, Entry } from "../text/texts.ts";

export const LIST = {
  previous: ["上一页", "Previous"],
  next: ["下一页", "Next"],
  page: (number: number): Both => [`第 ${number} 页`, `Page ${number}`],
  paging: (list: string): Both => [`翻页：${list}`, `Pages: ${list}`],
  all: (label: string): Both => [`${label}：全部`, `${label}: all`],
  noneFor: ["没有符合条件的记录", "Nothing fits these filters"],
  goOn: ["这一页没有符合条件的记录，请看下一页", "Nothing on this page fits these filters: go on to the next one"],
  unsorted: ["按默认顺序查看", "Show them in their own order"],
  moreByText: ["还有更多，请输入名称或编码查找", "There are more: type a part of the name or code"],
  clear: ["清除条件", "Clear the filters"],
} satisfies Record<string, Entry>;
