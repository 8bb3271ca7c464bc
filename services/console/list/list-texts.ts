import type { Both, Entry } from "../text/texts.ts";

export const LIST = {
  previous: ["上一页", "Previous"],
  next: ["下一页", "Next"],
  page: (number: number): Both => [`第 ${number} 页`, `Page ${number}`],
  paging: ["翻页", "Pages"],
  all: ["全部", "All"],
  noneFor: ["没有符合条件的记录", "Nothing fits these filters"],
  clear: ["清除条件", "Clear the filters"],
} satisfies Record<string, Entry>;
