import { REASONS } from "../../domain/reason.ts";
import { type Both, said } from "../text/texts.ts";

/** What is counted as done, in words. */
const ACTIONS: Readonly<Record<string, Both>> = {
  issued: ["签发", "Issued"],
  verified: ["查验", "Verified"],
  extracted: ["提取数据", "Data extracted"],
  fetched: ["获取文件", "Files fetched"],
  presented: ["亮证", "Presented"],
  refused_use: ["拒绝用证", "Use refused"],
  refused_make: ["拒绝制证", "Make refused"],
};

/** What was done, and of a refusal why; what this page does not know is told as it stands. */
export function actionText(key: string): string {
  const [action = "", reason = ""] = key.split(" ");
  const done = said(ACTIONS[action] ?? [action, action]);
  if (reason === "") return done;
  return `${done}：${said([REASONS[reason as keyof typeof REASONS] ?? reason, reason])}`;
}
