import type { Entry } from "../text/texts.ts";

export const WORKBENCH = {
  title: ["工作台", "Workbench"],
} satisfies Record<string, Entry>;
