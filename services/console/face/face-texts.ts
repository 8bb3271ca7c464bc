import type { Both, Entry } from "../text/texts.ts";

export const FACE = {
  broken: ["证面不能显示，请下载文件查看", "The face cannot be shown here: download the file"],
  page: (label: string, page: number, pages: number): Both => [
    `${label}，第 ${page} 页，共 ${pages} 页：`,
    `${label}, page ${page} of ${pages}:`,
  ],
  count: (page: number, pages: number): Both => [`第 ${page} 页，共 ${pages} 页`, `Page ${page} of ${pages}`],
  previous: ["上一页", "Previous"],
  next: ["下一页", "Next"],
} satisfies Record<string, Entry>;
