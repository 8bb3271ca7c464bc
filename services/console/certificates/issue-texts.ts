import type { Both, Entry } from "../text/texts.ts";

export const ISSUE = {
  title: ["核验并签发", "Check and issue"],
  touch: (many: number): Both => [
    `请触碰安全密钥，并按提示输入 PIN 或按指纹，确认签发 ${many} 件`,
    `Touch your security key, and give PIN or finger: you confirm ${many} certificate(s)`,
  ],
  faceDigest: ["证面摘要", "Digest of the face"],
  faceSame: ["与所示证面一致", "is that of the face shown"],
  facesUnseen: (unseen: number, many: number): Both => [
    `${many} 件中 ${unseen} 件的证面未查看`,
    `${unseen} of ${many} faces were not looked at`,
  ],
  facesSeen: (many: number): Both => [`${many} 件的证面都已查看，与所示一致`, `All ${many} faces were looked at`],
  faceUnseen: ["证面未查看", "the face was not looked at"],
  giveUp: ["放弃确认", "Give up"],
  keyGivenUp: [
    "已放弃确认，没有签发。要签发时请再点“核验并签发”。",
    "Given up, nothing was issued. Press “Check and issue” when you want to.",
  ],
  keyRefused: [
    "安全密钥没有确认：已取消、超时，或所插的不是部门名单中本人的密钥。没有签发；请插入本人登记的密钥再试，遗失或更换的请到“安全密钥”页重新登记。",
    "No security key has confirmed: cancelled, too late, or another key than yours in the department's list. Nothing was issued. Insert your registered key and try again; for a lost or new one register at “Security key”.",
  ],
  keyOtherPage: (host: string): Both => [
    `部门名单登记的确认页面不是 ${host}，浏览器不允许在此确认。请从名单登记的地址打开，或请部门管理员修改名单。`,
    `The department's list is for other pages than those of ${host}, so that the browser confirms nothing here. Open the page that the list names, or have the list changed.`,
  ],
  otherFaces: [
    "证面未显示，或与所示的已不是同一份，没有请求确认。请核对下面重新显示的证面，再点“核验并签发”。",
    "A face was not shown, or is another one by now, so nothing was confirmed. Look at the face as it is shown anew, then press again.",
  ],
  stale: [
    "确认已超过有效时间，其余的没有签发。请再点“继续签发”，重新确认余下的证照。",
    "The confirmation has become too old, the rest was not issued. Go on, and confirm the rest anew.",
  ],
  asked: ["已暂停。已签发的不受影响，可随时继续。", "Stopped. What was issued stays so; go on at any time."],
  onAgentsPage: [
    "该证照须在部门签名代理主机的页面上确认，申请已在那里等候（15 分钟）。请在该页面核对证面并确认，再回到这里点“核验并签发”。",
    "This one is confirmed on the page of your department's signing host, where it waits now (15 minutes). Look at its face there and confirm it, then press “Check and issue” here again.",
  ],
  toAgentsPage: (page: string): Both => [`打开确认页面 ${page}`, `Open ${page}`],
  lastFault: (at: string, why: string): Both => [`${at} 签发未成：${why}`, `Not issued at ${at}: ${why}`],
  nextTry: [
    "证照已制好，系统不会自动再签。排除原因后由核验签发人员再次签发（业务系统制证的，由该系统再次签发），不会重复制证。",
    "It is made, and nothing signs it by itself. Once the cause is mended a signing officer issues it again (what a system has made, that system does); it is never made twice.",
  ],
  chosen: (many: number): Both => [`已选 ${many} 件`, `${many} chosen`],
  most: (many: number): Both => [`一次最多 ${many} 件`, `At most ${many} at once`],
  issueChosen: ["核验所选证照", "Check those chosen"],
  choose: (name: string): Both => [`选择 ${name}`, `Choose ${name}`],
  chooseAll: ["选择本页全部", "Choose all of this page"],
  manyTitle: (many: number): Both => [`批量核验签发 · ${many} 件`, `Check and issue · ${many}`],
  manyHow: [
    "逐件查看证面后签发。需要安全密钥的，一次确认对下列全部证照有效，不能用于其他证照。",
    "Look at the faces, then issue. Where a security key is asked for, one confirmation is good for all below and for nothing else.",
  ],
  begin: ["核验并签发全部", "Check and issue all"],
  goOn: ["继续签发", "Go on"],
  pause: ["暂停签发", "Stop"],
  progress: (done: number, all: number): Both => [`已签发 ${done} / ${all}`, `${done} of ${all} issued`],
  left: (seconds: number): Both => [`约剩 ${seconds} 秒`, `about ${seconds} s left`],
  refusedMany: (many: number): Both => [
    `${many} 件没有签发，原因见各行，处理后可继续签发`,
    `${many} not issued: see the rows, then go on`,
  ],
  allIssued: ["全部已签发", "All are issued"],
  look: ["看证面", "Look"],
  lookAt: (name: string): Both => [`看证面：${name}`, `Look at ${name}`],
  outcome: ["结果", "Outcome"],
  notYet: ["待签发", "To be issued"],
  issuing: ["签发中", "Being issued"],
  notIssued: ["未签发", "Not issued"],
  nothing: ["没有选择证照。请在列表中选择已制证的证照。", "Nothing was chosen: choose made certificates in the list."],
} satisfies Record<string, Entry>;
