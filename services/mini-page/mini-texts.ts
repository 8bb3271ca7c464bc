import type { Both } from "../public-page/language.ts";

export const TEXTS = {
  title: ["窗口办证", "At the counter"],
  product: ["电子证照系统", "Electronic certificates"],
  signInHow: ["请用数字证书登录。登录后回到本页。", "Sign in with your certificate. You come back to this page."],
  signIn: ["用数字证书登录", "Sign in with the certificate"],
  signedIn: ["已登录，可以关闭本窗口。", "Signed in: this window may be closed."],
  signOut: ["退出登录", "Sign out"],
  lostTitle: ["登录已失效", "The session has ended"],
  lostHow: [
    "已填写的内容都在。重新登录后会自动接着办，不会重复办理。",
    "All that was filled in is here. Once you have signed in again it goes on by itself, and nothing is done twice.",
  ],
  signInAgain: ["重新登录", "Sign in again"],
  loading: ["正在读取…", "Reading…"],
  notDone: ["未能完成", "Not done"],
  broken: [
    "这个页面出了差错。请刷新页面再试，已填写的内容都在。",
    "This page failed. Load it anew: what was filled in is kept.",
  ],
  again: ["再试一次", "Try again"],
  home: ["换一项", "Something else"],
  nothingToDo: [
    "您的账户没有用证、制证或签发的角色。请向本部门管理员申请。",
    "Your account may neither use, make nor issue certificates: ask your administrator.",
  ],
  use: ["用证：选择正在办理的事项", "Use certificates: choose the matter"],
  find: ["按名称或编码查找", "Find by name or code"],
  noMatters: ["本部门还没有可用证的事项。", "No matter of the department may use certificates yet."],
  notAll: [
    "后面还有没列出的；上面的查找只在已列出的里面找。",
    "There are more of them: what is looked for above is found only among those that are listed.",
  ],
  noneFits: ["已列出的里面没有名称或编码含所填文字的。", "None that is listed has this in its name or code."],
  moreMatters: ["列出更多事项", "List more matters"],
  moreWaiting: ["列出更多待签发的", "List more that wait"],
  moreKinds: ["列出更多种类", "List more kinds"],
  moreIssued: ["列出更多已签发的", "List more that were issued"],
  issueFor: ["制证：选择发证事项", "Make: choose the issuing matter"],
  noIssuing: [
    "本部门还没有登记核发证照的事项，请在下面按证照种类制证。",
    "No matter of the department issues certificates yet: make by kind, below.",
  ],
  moreIssuing: ["列出更多发证事项", "List more issuing matters"],
  chooseKind: ["选择要制的证照", "Choose the certificate to make"],
  issuesNothing: ["该事项没有登记核发的证照。", "This matter issues no certificate."],
  searchRest: [
    "后面还有没列出的：在上面填写名称或编码，会在全部里查找。",
    "There are more: type a name or code above, and all of them are searched.",
  ],
  noneFound: ["没有名称或编码含所填文字的。", "None has this in its name or code."],
  make: ["制证：按证照种类", "Make: by kind of certificate"],
  noKinds: [
    "没有对本部门经办开通发证的证照种类，请部门管理员或目录管理人员申请开通。",
    "No kind of certificate is open for the department's work on screen: its catalog keeper asks for an opening.",
  ],
  waiting: ["已制证，等待签发", "Made, waiting to be issued"],
  noneWaiting: ["没有等待签发的证照。", "None waits."],
  servedName: ["办事人名称", "Name of the person served"],
  servedCode: ["办事人代码", "Code of the person served"],
  holderName: ["持证主体名称", "Holder's name"],
  holderCodeType: ["代码类型", "Type of code"],
  holderCode: ["持证主体代码", "Holder's code"],
  served: ["为谁办理", "For whom"],
  servedHow: [
    "可以不填，直接扫亮证码：持证人同意告知的，由亮证码带出办事人。",
    "May be left empty for “Scan the holder's code”: holders who agree are named by their code.",
  ],
  whoShows: ["出示亮证码的持证人", "the holder who shows the code"],
  businessId: ["业务流水号", "Business serial"],
  businessIdHow: ["本部门受理号或案卷号", "Number of the case in your department"],
  purpose: ["用证事由", "Purpose"],
  stage: ["业务环节", "Stage"],
  outlet: ["业务网点", "Outlet"],
  more: ["事由和网点", "Purpose and outlet"],
  wanted: ["本事项所需证照", "Certificates that this matter needs"],
  chooseWanted: ["请至少选择一种证照", "Choose one kind at least"],
  look: ["查看现有证照", "See what is there"],
  scan: ["扫亮证码", "Scan the holder's code"],
  there: ["已有", "There"],
  notListed: ["尚未列出，请列出更多", "Not listed yet: list more"],
  moreFound: ["列出更多证照", "List more certificates"],
  missing: ["没有找到，请办事人提供", "Not found: ask for it"],
  change: ["返回修改", "Change"],
  next: ["下一位", "Next person"],
  view: ["核验并查看", "Check and see"],
  keep: ["保存文件", "Keep the file"],
  keepOriginal: ["保存原件", "Keep the original"],
  keepCopy: ["保存加注件", "Keep a copy for this use"],
  copyHow: [
    "加注件写明本部门、事项、事由和时间，仅供本次使用，不带电子签名；附卷或转交请用它。",
    "The copy names department, matter, purpose and time, is for this use alone and unsigned: hand on this one.",
  ],
  readData: ["读取数据", "Read the data"],
  faceOf: ["证面", "Face"],
  noFace: ["证面不能显示，可保存文件后打开。", "The face cannot be shown; keep the file and open it."],
  noFile: ["本事项不能取得这种证照的文件。", "This matter may not fetch files of this kind."],
  unreachable: ["以下系统暂时联系不上，结果可能不全：", "These systems cannot be reached, some may be missing: "],
  standBy: [
    "备用服务：签发系统离线，以上来自省级证照库，",
    "Stand-by: the issuing system is away; from the province's archive, ",
  ],
  asOf: ["数据截至", "data as of"],
  notKnown: ["不详", "an unknown time"],
  camera: ["打开摄像头", "Open the camera"],
  cameraView: ["摄像头画面", "What the camera sees"],
  noCamera: [
    "摄像头不能使用，请选择图片或输入亮证码。",
    "The camera cannot be used: choose a picture, or type the code.",
  ],
  codeText: ["亮证码", "Code"],
  picture: ["选择二维码图片", "Choose a picture of the code"],
  noCode: ["图片中没有找到二维码。", "No code in the picture."],
  redeem: ["核验亮证", "Redeem"],
  shown: ["持证人出示的内容", "What the holder shows"],
  unansweredUse: [
    "还没有收到答复，不知道是否已办。请在网络恢复后再点一次：仍是同一个请求，不会重复。",
    "No answer yet, so it is not known whether it was done. Press again when the line is back: it is the same request, never done twice.",
  ],
  basics: ["持证主体", "Holder"],
  issueDate: ["发证日期", "Day of issue"],
  number: ["证照编号（由部门编号的填写）", "Number, where the department numbers"],
  validFrom: ["有效期自", "Valid from"],
  validTo: ["有效期至（可自动计算的留空）", "Valid until; empty where the rule gives it"],
  serialHow: ["同一流水号只制一件证照", "One certificate for one serial"],
  data: ["证照数据", "Data"],
  locked: ["自动填写", "Filled in by itself"],
  photos: ["照片和附件", "Photos and files"],
  takePhoto: ["拍照", "Take a photo"],
  chooseFile: ["选择文件", "Choose a file"],
  notPicture: ["这张照片不能读取，请换一张。", "This photo cannot be read: take another."],
  crop: ["裁剪照片", "Crop the photo"],
  cropHow: [
    "拖动照片移动；用滑块或 +、- 键缩放，方向键移动。",
    "Drag the photo to move it; the slider or + and - make it larger or smaller, arrow keys move it.",
  ],
  cropTooFine: [
    "照片细节太多，压缩后仍超过 512 KB，未能采用。请靠近一些重拍，或换一张背景简单的照片。",
    "The photo has too much detail: compressed it is still larger than 512 KB, and was not taken. Take it again from nearer, or choose one with a plain background.",
  ],
  zoom: ["缩放", "Size"],
  takeCrop: ["使用这张照片", "Use this photo"],
  cancel: ["取消", "Cancel"],
  tooLarge: ["文件超过 5 MB，请换用较小的文件。", "The file is larger than 5 MB."],
  sent: ["已上传", "Sent"],
  sending: ["正在上传", "Being sent"],
  notSent: ["未能上传", "Not sent"],
  lineBroken: ["网络中断，恢复后自动续传", "The line is broken: it goes on by itself"],
  remove: ["删除", "Remove"],
  makeIt: ["制证", "Make"],
  waitFiles: ["正在等附件传完，传完自动制证。", "Waiting for the files; it is made by itself then."],
  checking: ["未收到答复，正在核实是否已制证…", "No answer: looking whether it was made…"],
  known: ["已核实：证照已制好，没有重复。", "It was made, once."],
  knownNot: [
    "已核实：刚才没有制成。内容都在，请再点“制证”。",
    "It was not made. All that was filled in is here: press “Make” again.",
  ],
  unknownMake: [
    "网络中断，还不知道是否已制证。内容和照片都保存在本机；网络恢复后自动核实，同一流水号不会重复制证。",
    "The line is broken: it is not known whether it was made. All is kept here; it is looked up when the line is back, and one serial is never made twice.",
  ],
  beginAnew: ["清空重填", "Begin anew"],
  checkFace: ["核对证面", "Check the face"],
  made: ["已制证，未签发。请核对证面。", "Made, not issued. Check the face."],
  issue: ["核验并签发", "Check and issue"],
  forSigner: ["请核验签发人员核对证面后签发。", "A signing officer checks the face and issues it."],
  issued: ["已签发", "Issued"],
  otherState: ["证照状态已变化，请在发证页面查看", "Its state has changed: see the console"],
  issuedOnce: ["已核实：证照已签发，没有重复。", "It was issued, once."],
  notIssued: ["已核实：还没有签发，请再点“核验并签发”。", "It was not issued: press “Check and issue” again."],
  unknownIssue: [
    "网络中断，还不知道是否已签发。网络恢复后自动核实，不会重复签发。",
    "The line is broken: it is not known whether it was issued. It is looked up when the line is back, and never issued twice.",
  ],
  nextOne: ["再制一件", "Another one"],
  replace: ["换发：选择已签发的证照", "Replace: choose an issued certificate"],
  replaceFind: [
    "列出的是最近签发的；其余请在上面填写业务流水号的开头，再点“按流水号查找”。",
    "The newest are listed. For others type how the serial begins above, then press “Find by serial”.",
  ],
  findIssued: ["按流水号查找", "Find by serial"],
  noneIssued: ["没有已签发的证照。", "None is issued."],
  toReplace: ["换发", "Replace"],
  replaceIt: ["换发制证", "Make the replacement"],
  replaceCause: ["换发原因", "Reason of the replacement"],
  replaceCauseHow: [
    "将随新证照存档，并告知持证主体和审计人员",
    "Kept with the new certificate, and told to its holder and to who audits",
  ],
  replaceHow: [
    "原证照的内容已填入，请改动有变化的部分；附件须重新拍照或选择。新证照签发后，原证照即为“已换发”。",
    "What the old one says is filled in: change what has changed, and choose its files again. Once the new one is issued, the old one is replaced.",
  ],
  version: ["换发版本", "Version"],
  versionHow: [
    "此前的换发被废弃过时，按提示填写；否则留空",
    "Where a replacement before was discarded, as the node tells; otherwise empty",
  ],
  touch: [
    "请触碰安全密钥，并按提示输入 PIN 或按指纹，确认签发所示证面",
    "Touch your security key, and give PIN or finger: you confirm the face that is shown",
  ],
  keyRefused: [
    "安全密钥没有确认：已取消、超时，或不是部门名单中本人的密钥。没有签发；请用本人登记的密钥再试。",
    "No security key has confirmed: cancelled, too late, or not yours in the department's list. Nothing was issued: try again with your own.",
  ],
  otherFace: [
    "证面与所示的已不是同一份，没有请求确认。请返回后重新打开这件证照核对。",
    "The face is another one by now, so nothing was confirmed. Go back, open the certificate again and look at it.",
  ],
  onAgentsPage: [
    "这件证照须在部门签名代理主机的页面上确认，申请已在那里等候（15 分钟）。在那里核对并确认后，回到这里再点“核验并签发”。",
    "This one is confirmed on the page of your department's signing host, where it waits now (15 minutes). Confirm it there, then press “Check and issue” here again.",
  ],
  toAgentsPage: ["打开确认页面", "Open"],
} satisfies Record<string, Both>;

/** Asks for what is missing. */
export const required = (title: string): Both => [`请填写${title}`, `Fill in ${title}`];
/** Adds a row of something. */
export const addOne = (title: string): Both => [`添加${title}`, `Add ${title}`];
/** Removes a thing of that name. */
export const removeOne = (name: string): Both => [`删除${name}`, `Remove ${name}`];
/** How long a file still takes. */
export const sendingFor = (seconds: number): Both => [
  `正在上传，约剩 ${seconds} 秒`,
  `Being sent, about ${seconds} s left`,
];
/** A photo of a data item. */
export const photoOf = (title: string): Both => [`${title}（拍照或选择）`, `${title} (take or choose it)`];
/** Why the certificates are used, where nobody says more. */
export const purposeOf = (matter: string): string => `办理${matter}`;
/** Replacing one of that name. */
export const replaceOf = (name: string): Both => [`换发：${name}`, `Replace: ${name}`];
/** The department's list of keys is for another page than this one. */
export const keyForOtherPage = (host: string): Both => [
  `部门名单登记的确认页面不是 ${host}，不能在此确认。请从名单登记的地址打开，或请部门管理员修改名单。`,
  `The department's list is for other pages than those of ${host}. Open the page that the list names, or have the list changed.`,
];
