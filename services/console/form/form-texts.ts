import type { Both, Entry } from "../text/texts.ts";

export const FORM = {
  required: (title: string): Both => [`请填写${title}`, `Fill in ${title}`],
  locked: ["与证照信息一致，自动填写", "Follows what stands above"],
  add: (title: string): Both => [`添加${title}`, `Add ${title}`],
  remove: ["删除", "Remove"],
  removeRow: (title: string): Both => [`删除${title}`, `Remove ${title}`],
  keptAt: (time: string): Both => [`草稿已保存 ${time}`, `Draft kept ${time}`],
  keptWhere: ["草稿保存在本窗口，关闭窗口即清除", "The draft stays in this window and goes with it"],
  beginAnew: ["清空重填", "Begin anew"],
} satisfies Record<string, Entry>;
