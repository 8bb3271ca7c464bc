import type { Both } from "../public-page/language.ts";
import { MAX_DOCUMENT_BYTES, sizeText } from "./given-files.ts";

export const TEXTS = {
  title: ["验证电子证照", "Verify a certificate"],
  product: ["电子证照系统 · 公众查验", "Electronic certificates · public verification"],
  intro: [
    "任何人都可以验证手中的电子证照，不必登录。文件只用于这一次验证，系统不留存。",
    "Anybody may verify a certificate, without signing in. A file is used for this one verification and not kept.",
  ],
  fileTitle: ["验证证照文件", "Verify a file"],
  fileLabel: ["证照文件", "File"],
  fileHint: [
    `PDF 或 OFD 文件；也可以是数据电文（.json），请连同它的签名（.p7s）一起选择。一份证照文件最大 ${sizeText(MAX_DOCUMENT_BYTES)}。`,
    `A PDF or OFD; or a data message (.json), chosen together with its signature (.p7s). A file may have ${sizeText(MAX_DOCUMENT_BYTES)}.`,
  ],
  drop: ["也可以把文件拖到这里", "Files may be dropped here, too"],
  fileGo: ["验证文件", "Verify the file"],
  codeTitle: ["验证二维码文字", "Verify the text of a QR code"],
  codeLabel: ["二维码文字", "Text of the code"],
  codeHint: [
    "用手机扫描证面上的二维码，把得到的文字（以 EC1 开头）全部粘贴到这里。",
    "Scan the code on the face, and paste the whole text, which begins with EC1.",
  ],
  codeGo: ["验证二维码", "Verify the code"],
  identifierTitle: ["查询证照标识", "Look an identifier up"],
  identifierLabel: ["证照标识", "Certificate identifier"],
  identifierHint: [
    "证照上以 1.2.156.3005.2 开头的一串字符。只能查到是否已注销、暂扣或换发。",
    "It begins with 1.2.156.3005.2. It only shows what was revoked, suspended or replaced.",
  ],
  identifierGo: ["查询标识", "Look it up"],
  identifierEmpty: ["请填写证照标识。", "Type the identifier first."],
  codeEmpty: ["请先粘贴二维码文字。", "Paste the text of the code first."],
  notDone: ["未能验证", "Nothing was verified"],
  sending: ["正在上传", "Sending"],
  verifying: ["正在验证…", "Verifying…"],
  stop: ["停止", "Stop"],
  next: ["怎么办", "What to do"],
  restsOn: ["依据", "What it rests on"],
  facts: ["请核对", "Compare"],
  details: ["技术明细", "Details for experts"],
  findings: ["发现", "Findings"],
  print: ["打印报告", "Print the report"],
  again: ["再验一份", "Verify another"],
  printed: ["本报告只说明验证时刻的情况", "This report tells how it was when it was verified"],
  at: ["验证于", "Verified at"],
  place: ["验证页", "Page"],
} satisfies Record<string, Both>;
