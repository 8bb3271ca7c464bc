/** Texts of the pages of a session: [Chinese, English]. */
export const SESSION_TEXTS = {
  signedIn: ["已登录", "Signed in"],
  name: ["姓名", "Name"],
  department: ["部门", "Department"],
  roles: ["角色", "Roles"],
  ends: ["有效至", "Valid until"],
  signOut: ["退出登录", "Sign out"],
  signIn: ["工作人员登录", "Staff sign-in"],
  insertKey: [
    "请插入数字证书Key，按提示选择本人的证书。",
    "Insert your certificate key, and choose your own certificate when asked.",
  ],
  byCertificate: ["用数字证书登录", "Sign in with the certificate"],
  passwordAccounts: ["系统管理账户", "System administration accounts"],
  account: ["账户", "Account"],
  password: ["密码", "Password"],
  code: ["动态口令", "One-time code"],
  byPassword: ["用密码登录", "Sign in with the password"],
  refused: ["无法登录", "Cannot sign in"],
  again: ["重新登录", "Sign in again"],
} as const satisfies Record<string, readonly [chinese: string, english: string]>;

/** What these pages say. */
export type SessionText = keyof typeof SESSION_TEXTS;
