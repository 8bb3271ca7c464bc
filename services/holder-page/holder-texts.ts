import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import type { Both } from "../public-page/language.ts";

export const TEXTS = {
  title: ["我的电子证照", "My certificates"],
  product: ["电子证照系统 · 持证人", "Electronic certificates · holders"],
  intro: [
    "登录后可以查看您和您所代表的单位的电子证照，保存证照文件，向办事窗口亮证，并查看谁在什么时候因何事用过您的证照。",
    "Sign in to see the certificates of yourself and of the organisation that you act for, to keep their files, to show them at a counter, and to see who has used them, when and why.",
  ],
  signIn: ["实名登录", "Sign in"],
  signInHint: [
    "由政务服务门户完成实名登录，本页不会得到您的密码。",
    "The portal signs you in; this page never has your password.",
  ],
  signOut: ["退出", "Sign out"],
  ended: ["登录已到期，请重新登录。", "Signing in has run out: sign in again."],
  loading: ["正在读取…", "Reading…"],
  notDone: ["未能完成", "Not done"],
  broken: ["这个页面出了差错。请刷新页面再试。", "This page failed. Load it anew and try again."],
  again: ["再试一次", "Try again"],
  certificates: ["证照", "Certificates"],
  uses: ["使用记录", "Uses"],
  none: [
    "没有找到您的电子证照。如果已有纸质证照，请向颁发部门询问是否已制发电子证照。",
    "There is none. If you hold one on paper, ask its issuer whether it was issued electronically.",
  ],
  findBy: ["按证照名称、证照编号或颁发机构查找", "Find by name, number or issuer"],
  find: ["查找证照", "Find certificates"],
  noneFound: [
    "没有符合条件的证照。请换一个词查找，或清空后查看全部。",
    "No certificate fits: look for something else, or leave it empty to see all.",
  ],
  more: ["更多", "More"],
  holder: ["持证主体", "Holder"],
  number: ["证照编号", "Number"],
  issuer: ["颁发机构", "Issued by"],
  issuedAt: ["颁发时间", "Issued"],
  validity: ["有效期", "Valid"],
  unlimited: ["长期", "without end"],
  from: ["起", "on"],
  identifier: ["证照标识", "Identifier"],
  replaceCause: ["换发原因", "Why it was replaced"],
  data: ["证照内容", "What it says"],
  face: ["看证面", "Show the face"],
  faceOf: ["证面", "Face"],
  noFace: ["证面不能显示，可保存文件后打开。", "The face cannot be shown; keep the file and open it."],
  save: ["保存", "Keep"],
  notInForce: [
    "证照不在有效状态，不能保存文件或亮证。",
    "It is not in force: it has no file to keep and cannot be shown.",
  ],
  back: ["返回", "Back"],
  show: ["亮证", "Show it"],
  showHint: [
    "选择要出示的内容。始终出示：证照名称、颁发机构、隐去中段的编号、是否有效。亮证码只能用一次，60 秒后失效。",
    "Choose what is shown. Always shown: its name, issuer, masked number, and whether it is in force. The code is good once, and for 60 seconds.",
  ],
  showItems: ["要出示的内容", "What is shown"],
  tellHolder: ["告诉窗口持证人是谁", "Tell the counter who holds it"],
  tellHolderHow: [
    "勾选后，窗口得知持证主体的名称和完整代码，不用再填写，并可据此查看所办事项需要的其他证照。",
    "Then the counter is told the holder's name and whole code, need not type them, and can look for what else the matter needs.",
  ],
  holderTold: ["持证主体名称和代码", "its holder's name and code"],
  makeCode: ["生成亮证码", "Make the code"],
  qr: ["亮证码，请让工作人员扫描", "The code: let the officer scan it"],
  shown: ["出示", "Shown"],
  nameAndState: ["证照名称、是否有效", "its name and whether it is in force"],
  withdraw: ["作废这个码", "Withdraw the code"],
  withdrawn: ["已作废，任何人都不能再使用。", "Withdrawn: nobody can use it any more."],
  over: ["亮证码已失效。", "The code has run out."],
  redeemed: ["已被核验", "It was redeemed"],
  report: ["报错", "Report an error"],
  reportTo: ["证照内容有误的，在这里告诉颁发机构：", "If something in it is wrong, tell its issuer here: "],
  wrongItem: ["哪一项有误", "What is wrong"],
  wholeCertificate: ["整份证照或其他", "The whole of it, or something else"],
  wrongHow: ["错在哪里", "How it is wrong"],
  wrongHint: [
    "请写明现在的内容和应当的内容，最多 500 字。颁发机构核实后在这里答复；证照有误的，由其换发。",
    "Say what stands there and what should, in at most 500 characters. The issuer answers here, and replaces a certificate that is wrong.",
  ],
  sendReport: ["提交报错", "Send the report"],
  reportSent: ["已送达颁发机构，请在本页查看答复。", "Sent to the issuer: look here for the answer."],
  reported: ["报错记录", "What you have reported"],
  answered: ["● 已答复", "● Answered"],
  notAnswered: ["○ 等待答复", "○ Waiting for the answer"],
  answer: ["答复", "Answer"],
  noUses: ["还没有部门使用过您的证照。", "No department has used your certificates yet."],
  fromDay: ["自", "From"],
  toDay: ["至", "To"],
  order: ["顺序", "Order"],
  newestFirst: ["最近的在前", "The newest first"],
  oldestFirst: ["最早的在前", "The oldest first"],
  findUses: ["查看记录", "Show the uses"],
  noUsesFound: [
    "这些天没有使用记录。请换一段日期，或清空日期查看全部。",
    "No use in these days: take others, or leave them empty to see all.",
  ],
  usesHint: [
    "这里列出在本系统查询和使用您证照的每一次记录，以及其他地方的系统向本系统调用您证照的记录。同一次办事中相同的调用只列一次；其他地方的证照在当地的使用，请在当地的“我的电子证照”查看。",
    "Each time that your certificates were looked up or used at this node, and what other nodes asked this one for, once for each matter at hand. What other nodes did with certificates of their own is listed on their pages.",
  ],
  department: ["使用部门", "Department"],
  place: ["使用地", "Where"],
  kind: ["证照名称", "Certificate"],
  matter: ["事项", "Matter"],
  purpose: ["用途", "Purpose"],
  fields: ["提供的内容", "What was given out"],
} satisfies Record<string, Both>;

/** How many holders there are, behind the first of them. */
export const others = (count: number): Both => [`等 ${count} 个`, ` and others, ${count} in all`];

/** How long a code still lives. */
export const left = (seconds: number): Both => [`${seconds} 秒后失效`, `good for ${seconds} s`];

/** A verdict: its tone, which is a colour and a sign, and its words. */
export const VERDICTS: Readonly<
  Partial<Record<Verdict, readonly [tone: "good" | "ended" | "open" | "bad", words: Both]>>
> = {
  [Verdict.VALID]: ["good", ["有效", "In force"]],
  [Verdict.NOT_YET_VALID]: ["open", ["尚未生效", "Not yet in force"]],
  [Verdict.EXPIRED]: ["ended", ["已过有效期", "Expired"]],
  [Verdict.SUSPENDED]: ["ended", ["已暂扣", "Suspended"]],
  [Verdict.REVOKED]: ["ended", ["已注销", "Revoked"]],
  [Verdict.SUPERSEDED]: ["ended", ["已换发新版本", "Replaced by a newer version"]],
  [Verdict.SIGNATURE_BAD]: ["bad", ["不可采信，请联系颁发机构", "Not to be relied on: ask its issuer"]],
  [Verdict.ISSUER_NOT_AUTHORISED]: ["bad", ["不可采信，请联系颁发机构", "Not to be relied on: ask its issuer"]],
  [Verdict.UNDETERMINED]: ["open", ["暂不能确定是否有效，请稍后再看", "It cannot be told now: look again later"]],
};

/** What was done with certificates, by the names of the contract. */
export const ACTIONS: Readonly<Record<string, Both>> = {
  listed: ["查询证照目录", "looked up"],
  verified: ["核验", "verified"],
  extracted: ["读取数据", "data read"],
  fetched: ["取得文件", "file taken"],
  presented: ["亮证核验", "shown and redeemed"],
};
