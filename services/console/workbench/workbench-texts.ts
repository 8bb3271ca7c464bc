import type { Entry } from "../text/texts.ts";

export const WORKBENCH = {
  title: ["工作台", "Workbench"],
  madeNotIssued: ["已制证未签发", "Made, not issued"],
  noneWaits: ["没有等待签发的证照", "No certificate waits to be issued"],
  drafts: ["目录草案", "Drafts of catalog items"],
  noDraftWaits: ["没有等待您办理的目录草案", "No draft waits for you"],
  openings: ["开通申请", "Requests for openings"],
  noOpeningWaits: ["没有等待您办理的开通申请", "No request waits for you"],
  all: ["查看全部", "See all"],
  nothing: ["现在没有等待您办理的事项", "Nothing waits for you now"],
} satisfies Record<string, Entry>;
