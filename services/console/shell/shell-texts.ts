import type { Both, Entry } from "../text/texts.ts";

export const SHELL = {
  product: ["电子证照系统", "Electronic certificates"],
  remark: ["意见", "Remark"],
  readAgain: ["读取最新内容", "Read it anew"],
  signIn: ["用数字证书登录", "Sign in with the certificate key"],
  signInTitle: ["工作人员登录", "Sign in"],
  signInHow: [
    "请插入数字证书 Key，点击下面的按钮，并在浏览器的提示中选择本人的证书。",
    "Insert your certificate key, press the button below, and choose your own certificate when the browser asks.",
  ],
  lostTitle: ["登录已结束", "Signed out"],
  lostHow: [
    "离开时间较长，或在别处退出了登录。重新登录后从原处继续，已填写的内容不会丢失。",
    "You were away for long, or have signed out elsewhere. Sign in again and go on where you were: nothing that was filled in is lost.",
  ],
  signInAgain: ["重新登录", "Sign in again"],
  signOut: ["退出登录", "Sign out"],
  signedIn: ["已登录，本窗口可以关闭。", "Signed in. This window may be closed."],
  language: ["English", "中文"],
  wait: ["正在载入…", "Loading…"],
  tryAgain: ["再试一次", "Try again"],
  callId: (id: string): Both => [`编号 ${id}`, `call ${id}`],
  noPage: ["没有这个页面", "No such page"],
  noPageHow: ["请从上方菜单进入，或回到工作台。", "Choose from the menu above, or go back to the workbench."],
  toWorkbench: ["回到工作台", "To the workbench"],
  broken: ["这个页面未能打开", "This page could not be opened"],
  brokenHow: [
    "可能是网络中断，或系统刚刚升级。重新打开即可，已保存的草稿还在。",
    "The network may be cut, or the system was just upgraded. Open it anew: drafts that were kept are still there.",
  ],
  openAnew: ["重新打开", "Open anew"],
  away: ["暂时不能使用本系统", "The system cannot be used now"],
  skip: ["跳到正文", "Skip to the content"],
  menu: ["主菜单", "Main menu"],
} satisfies Record<string, Entry>;
