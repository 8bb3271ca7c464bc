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
    `PDF 或 OFD 文件，最大 ${sizeText(MAX_DOCUMENT_BYTES)}；数据电文（.json）请连同它的签名（.p7s）一起选择。网络中断后自动续传；中途停止的，已上传的部分最迟 30 分钟后清除。`,
    `A PDF or OFD of at most ${sizeText(MAX_DOCUMENT_BYTES)}; a data message (.json) together with its signature (.p7s). After a broken line it goes on by itself; what was sent of a file that you stop is gone after 30 minutes at the latest.`,
  ],
  drop: ["也可以把文件拖到这里", "Files may be dropped here, too"],
  fileGo: ["验证文件", "Verify the file"],
  codeTitle: ["验证二维码", "Verify a QR code"],
  codeHint: [
    "扫描证面上的二维码：用摄像头，选择照片、截图或 PDF，把图片粘贴到这里，或用扫码枪扫入。断网时也能核验。",
    "Scan the code on the face: by camera, from a photograph, screenshot or PDF, by pasting a picture here, or with a scanner. It works without a network, too.",
  ],
  camera: ["用摄像头扫描", "Scan by camera"],
  cameraOff: ["关闭摄像头", "Close the camera"],
  cameraView: ["摄像头画面，请对准二维码", "What the camera sees: hold the code before it"],
  noCamera: [
    "摄像头不能使用：请看它是否接好、是否允许本页使用，或者改用照片。",
    "The camera cannot be used: see whether it is there and allowed for this page, or take a photograph instead.",
  ],
  picture: ["选择图片或 PDF", "Choose a picture or PDF"],
  pasted: ["粘贴的图片", "the pasted picture"],
  looking: ["正在读取图片…", "Reading the picture…"],
  readerGone: [
    "读取图片的程序没有载入，图片还没有读。请刷新页面再试，或把二维码文字粘贴到下面。",
    "What reads pictures was not loaded, and nothing was read. Load the page anew, or paste the text of the code below.",
  ],
  codeLabel: ["二维码文字（以 EC1 开头）", "Text of the code, which begins with EC1"],
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
  notWhole: ["服务器的答复不完整，未能验证。请稍后再试。", "The server's answer is not whole. Try again later."],
  alsoHere: [
    "签名也在本机按省级系统的密钥核对过，结果一致",
    "The signature was also checked in this browser, by the province's key, and holds",
  ],
  provinceNode: ["省级系统", "Province"],
  fingerprint: ["省级系统公钥指纹 SHA-256", "Fingerprint of the province's key, SHA-256"],
  offlineTitle: ["断网时验证", "Without a network"],
  refresh: ["更新离线资料", "Update what is kept"],
  refreshing: ["正在更新…", "Updating…"],
  notRefreshed: ["未能更新：联系不上服务器。", "Not updated: the server cannot be reached. "],
  keyFrom: ["密钥从哪里来", "Where the key comes from"],
  keyHow: [
    "本页凭省级系统的公钥判断二维码。公钥由提供本页的系统给出；请与省级系统另行公布的指纹比对，不一致的不要采信本页。",
    "This page judges codes by the province's public key, which it has from the node that serves the page. Compare the fingerprint with what the province has made known elsewhere; where they differ, do not rely on this page.",
  ],
  notDone: ["未能验证", "Nothing was verified"],
  sending: ["正在上传", "Sending"],
  cut: ["网络中断，恢复后自动续传。已上传", "The line is broken; it goes on by itself. Sent so far:"],
  verifying: ["正在验证…", "Verifying…"],
  stop: ["停止", "Stop"],
  next: ["怎么办", "What to do"],
  restsOn: ["依据", "What it rests on"],
  facts: ["请核对", "Compare"],
  details: ["技术明细", "Details for experts"],
  findings: ["发现", "Findings"],
  face: ["看证面", "Show the face"],
  faceDrawing: ["正在绘制证面…", "Drawing the face…"],
  faceWaits: ["网络中断，恢复后自动继续…", "The line is broken; it goes on by itself…"],
  faceOwn: [
    "您提交的文件本身（已验证），含其中的照片和印章",
    "The file itself that you handed in and that was verified, with its photographs and its seal",
  ],
  faceBroken: ["图像没有载入，请刷新页面再试。", "The picture was not loaded: load the page anew and try again."],
  print: ["打印报告", "Print the report"],
  again: ["再验一份", "Verify another"],
  printed: ["本报告只说明验证时刻的情况", "This report tells how it was when it was verified"],
  at: ["验证于", "Verified at"],
  place: ["验证页", "Page"],
} satisfies Record<string, Both>;

/** How long something takes still, after how far it is. */
export function timeLeft(seconds: number): Both {
  return [`，约剩 ${seconds} 秒`, `, about ${seconds} s left`];
}
