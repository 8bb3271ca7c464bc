import type { Both, Entry } from "../text/texts.ts";

export const ACTIVATE = {
  title: ["激活部门管理员账户", "Activate a department's administrator"],
  how: [
    "部门首次使用本系统，或更换部门管理员时，由部门的机构证书指定管理员。无需登录，按下面四步办理。",
    "When a department begins here, or its administrator changes, its institution certificate names the administrator. Nobody has to sign in: take these four steps.",
  ],
  toSignIn: ["返回登录", "Back to the sign-in"],
  fill: ["1 填写管理员及其登录证书", "1 The administrator and the certificate to sign in with"],
  department: ["部门统一社会信用代码", "Unified social credit code of the department"],
  departmentHow: [
    "18 位，与进驻登记表和机构证书一致",
    "18 characters, as in the entry and in the institution certificate",
  ],
  account: ["管理员账户", "Account of the administrator"],
  accountHow: [
    "填部门进驻登记表上的管理员账户，如 440100-xxj-admin；不清楚的请向电子证照管理机构询问",
    "As in the department's entry, for example 440100-xxj-admin; ask the management body where it is not known",
  ],
  name: ["管理员姓名", "Name of the administrator"],
  certificate: ["管理员本人的登录证书", "The administrator's own certificate"],
  readKey: ["读取数字证书 Key", "Read the certificate key"],
  readHow: [
    "插入管理员本人的数字证书 Key 后点此读取；也可在下方粘贴证书或选择证书文件。",
    "Insert the administrator's own key and press this; or paste the certificate below, or choose its file.",
  ],
  isRead: ["已读取数字证书", "The certificate was read"],
  noneShown: [
    "浏览器没有出示证书。请插入数字证书 Key，重新打开浏览器后再读取，或选择证书文件",
    "The browser has shown no certificate. Insert the key, start the browser anew and read it again, or choose the certificate's file",
  ],
  cannotRead: [
    "本节点现在不能读取证书 Key，请选择证书文件",
    "This node cannot read certificate keys now: choose the certificate's file",
  ],
  save: ["2 下载声明", "2 Download the statement"],
  saveHow: [
    "声明写明由谁担任管理员、用哪张证书登录。声明自下载起 10 分钟内有效，请准备好机构证书再下载。",
    "It says who administers, and by which certificate. It is good for 10 minutes from the download: have the institution certificate at hand first.",
  ],
  download: ["下载声明文件", "Download the statement"],
  downloadAnew: ["重新下载声明文件", "Download a new statement"],
  left: ["声明剩余有效时间", "The statement is good for"],
  over: [
    "声明已超过 10 分钟，不再有效。请重新下载声明并重新签名",
    "The statement is older than 10 minutes and counts no more: download a new one and sign that",
  ],
  changed: [
    "填写内容已改动，原声明不再适用。请重新下载声明并重新签名",
    "What was filled in has changed since: download a new statement and sign that",
  ],
  sign: ["3 用机构证书签名", "3 Sign it by the institution certificate"],
  signHow: [
    "请机构证书的保管人在部门自己的电脑上签名，私钥不离开部门。机构证书是文件的，把声明文件与证书、私钥放在同一目录，执行下面的命令（文件名按实际修改）：",
    "Whoever keeps the institution certificate signs it at the department: the private key stays there. Where it is a file, put the statement beside certificate and key and run this (with the names of your files):",
  ],
  signCommand: ["签名命令", "Command"],
  copy: ["复制命令", "Copy the command"],
  copied: ["已复制", "Copied"],
  files: [
    "机构证书.pem：机构证书；机构私钥.pem：其私钥；颁发机构证书.pem：颁发该证书的机构的证书。",
    "机构证书.pem: the institution certificate; 机构私钥.pem: its private key; 颁发机构证书.pem: the certificate of the authority above it.",
  ],
  signByKey: [
    "机构证书在 UKey 或密码机里的，用发证机构提供的签名工具对声明文件签名：选 PKCS#7（CMS）分离式签名、CAdES-BES、DER 编码，并附上颁发机构证书。国密（SM2）证书同样适用。",
    "Where it lies in a key or a device, use the tool of its authority: a detached PKCS#7 (CMS) signature, CAdES-BES, DER, with the authority's certificate. SM2 does as well.",
  ],
  handIn: ["4 交回签名文件", "4 Hand in the signature"],
  signature: ["签名文件（.p7s）", "File of the signature (.p7s)"],
  tooLarge: (limit: string): Both => [
    `这个文件不是签名文件：超过 ${limit}。请选择签名得到的 .p7s 文件`,
    `That is no signature: it is larger than ${limit}. Choose the .p7s file that the signing gave`,
  ],
  needsStatement: ["请先下载声明文件，签名后再交回", "Download the statement and sign it first"],
  activate: ["激活账户", "Activate the account"],
  done: (name: string, account: string): Both => [`已激活：${name}（${account}）`, `Activated: ${name} (${account})`],
  doneHow: [
    "现在可以用登记的数字证书登录，登录后在“部门与人员”为本部门人员开立账户。",
    "The administrator now signs in by the registered certificate, and opens the accounts of the department's people.",
  ],
} satisfies Record<string, Entry>;
