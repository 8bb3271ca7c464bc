import type { Entry } from "../text/texts.ts";

export const REPORTS = {
  title: ["报错", "Errors that holders report"],
  how: [
    "持证人认为证照内容有误时报到这里。请核对原件：有误的，先换发再答复；无误的，答复理由。答复后持证人能看到，不能再改。",
    "What holders think to be wrong in their certificates. Compare the originals: replace a certificate that is wrong, then answer; where nothing is wrong, say why. Its holder sees the answer, which stays as it is.",
  ],
  list: ["报错列表", "Reports"],
  find: ["按证照名称、标识或所报内容查找", "Find by certificate, identifier or what is reported"],
  certificate: ["证照", "Certificate"],
  field: ["数据项", "Data item"],
  whole: ["整份或其他", "all of it, or something else"],
  text: ["错在哪里", "How it is wrong"],
  reportedAt: ["报送时间", "Reported"],
  state: ["状态", "State"],
  open: ["待答复", "Not answered"],
  answered: ["已答复", "Answered"],
  answer: ["答复", "Answer"],
  give: ["答复持证人", "Answer its holder"],
  answerHow: [
    "写明核实的结果和接下来怎么办，最多 500 字",
    "What was found, and what happens now; at most 500 characters",
  ],
  none: ["没有等待答复的报错", "No report waits for an answer"],
} satisfies Record<string, Entry>;
