import type { Both, Entry } from "../../text/texts.ts";

export const ACCOUNTS = {
  title: ["人员账户", "Accounts of staff"],
  back: ["返回人员账户", "Back to the accounts"],
  name: ["姓名", "Name"],
  id: ["账户", "Account"],
  idHow: [
    "小写字母、数字和短横线，本节点内不得重复，之后不能更改",
    "Lower-case letters, digits and hyphens; unique at this node, never changed afterwards",
  ],
  roles: ["角色", "Roles"],
  rolesHow: [
    "部门管理员及管理机构的角色由管理机构的管理员授予，其他部门角色由本部门的部门管理员授予",
    "A department's administrator and the roles of a management body are given by the body's administrator, all others by the department's own",
  ],
  state: ["状态", "State"],
  ends: ["证书到期", "Certificate ends"],
  none: ["无", "none"],
  empty: ["还没有人员账户，请新建账户或批量导入", "There is no account yet: open one, or import many"],
  find: ["按姓名或账户查找", "Find by name or account"],
  begin: ["新建账户", "Open an account"],
  many: ["批量导入", "Import many"],
  open: ["开立账户", "Open the account"],
  openHow: [
    "开立后，本人用登记的数字证书 Key 登录。证书也可以以后再登记。",
    "Its owner then signs in with the certificate key that is registered. The certificate may be registered later too.",
  ],
  taken: [
    "已有此账户，未作改动。请换一个账户名，或打开原账户修改",
    "There is such an account, and nothing was changed: choose another name, or open that account to change it",
  ],
  pem: ["登录证书", "Certificate"],
  pemHow: [
    "粘贴证书（PEM），或选择证书文件（.cer、.crt、.pem）；不需要也不要提交私钥",
    "Paste the certificate (PEM), or choose its file (.cer, .crt, .pem); never its private key",
  ],
  pemFile: ["选择证书文件", "Choose the certificate's file"],
  isKey: ["这是私钥，没有读取。请选择证书文件", "That is a private key and was not read: choose the certificate"],
  edit: ["修改账户", "Change the account"],
  save: ["保存账户", "Save the account"],
  certificates: ["登录证书", "Certificates"],
  noCertificates: ["没有登记证书，本人不能用证书登录", "None is registered: its owner cannot sign in by one"],
  subject: ["证书主体", "Subject"],
  bound: ["登记时间", "Registered"],
  register: ["登记证书", "Register the certificate"],
  unbind: ["注销证书", "End the certificate"],
  unbindHow: [
    "注销后立即不能再用此证书登录，用它登录的会话 5 秒内结束。证书遗失时请立即办理。",
    "Nobody signs in with it any more, at once; its sessions end within 5 seconds. Do it at once where a certificate is lost.",
  ],
  endSessions: ["结束登录", "End its sessions"],
  endSessionsHow: [
    "本人在所有电脑上的登录都会结束，需要重新登录；账户本身不变。",
    "Its owner is signed out everywhere and has to sign in again; the account stays as it is.",
  ],
  ended: (count: number): Both => [`已结束 ${count} 个登录`, `${count} sessions ended`],
  close: ["停用账户", "Disable the account"],
  closeHow: [
    "停用后不能登录，现有登录 5 秒内结束；账户、证书和办理记录都保留，可以恢复。",
    "Nobody signs in to it, its sessions end within 5 seconds; account, certificates and what was done stay, and it can be enabled again.",
  ],
  reopen: ["恢复账户", "Enable the account"],
  reopenHow: ["恢复后，本人可用登记的证书登录。", "Its owner signs in with the registered certificates again."],
  password: ["密码与动态口令", "Password and second factor"],
  passwordNot: (roles: string): Both => [
    `角色${roles}只能用数字证书 Key 登录，没有密码`,
    `${roles}: signs in with the certificate key alone, and has no password`,
  ],
  setPassword: ["重置密码", "Reset the password"],
  setPasswordHow: [
    "将生成一个起始密码，24 小时内由本人设置新密码并绑定动态口令；原密码和原动态口令立即作废。",
    "A password to start with is drawn. Within 24 hours its owner sets a new one with a second factor; the old ones end at once.",
  ],
  startPassword: ["起始密码", "Password to start with"],
  goodUntil: (time: string): Both => [`有效期至 ${time}`, `good until ${time}`],
  removePassword: ["取消密码", "Take the password away"],
  removePasswordHow: [
    "取消后不能再用密码登录，用密码登录的会话 5 秒内结束。",
    "Nobody signs in by it any more; its sessions end within 5 seconds.",
  ],
} satisfies Record<string, Entry>;

export const IMPORT = {
  title: ["批量导入人员账户", "Import accounts"],
  how: [
    "每行一个账户，最多 500 行。可从电子表格复制后直接粘贴，也可选择 CSV 文件（UTF-8 或 GB 18030）。第一行为列名：账户、姓名、部门代码、角色；可另有“登录证书”列（PEM）。多个角色用顿号隔开。",
    "One account a row, 500 at most: pasted from a spreadsheet, or a CSV file (UTF-8 or GB 18030). The first row names the columns: 账户 (account), 姓名 (name), 部门代码 (department), 角色 (roles, separated by 、), and 登录证书 (certificate, PEM) where there is one.",
  ],
  file: ["选择 CSV 文件", "Choose a CSV file"],
  table: ["表格内容", "Table"],
  template: ["下载模板", "Download a template"],
  check: ["核对名单", "Check the list"],
  apply: (count: number): Both => [`导入 ${count} 个账户`, `Import ${count} accounts`],
  faults: (count: number): Both => [
    `有 ${count} 处需要改正，尚未导入任何账户。请在上面改正后再核对一次`,
    `${count} faults: nothing is imported. Mend them above and check again`,
  ],
  checked: ["核对无误，尚未导入", "Nothing speaks against it; nothing is imported yet"],
  done: ["已导入", "Imported"],
  line: ["行", "Line"],
  outcome: ["结果", "Outcome"],
  outcomes: (opened: number, changed: number, unchanged: number): Both => [
    `新建 ${opened} 个，修改 ${changed} 个，无变化 ${unchanged} 个`,
    `${opened} opened, ${changed} changed, ${unchanged} as they were`,
  ],
  opened: ["新建", "Opened"],
  changed: ["修改", "Changed"],
  unchanged: ["无变化", "As it was"],
  noColumn: (name: string): Both => [
    `缺少“${name}”列。请在第一行写明列名：账户、姓名、部门代码、角色`,
    `There is no column ${name}: name the columns in the first row (账户, 姓名, 部门代码, 角色)`,
  ],
  noRows: ["没有数据行。请在列名下面填写账户", "There is no row: write the accounts below the names of the columns"],
  tooMany: (count: number): Both => [
    `共 ${count} 行，一次最多 500 行。请分次导入`,
    `${count} rows, and 500 at most at once: import them in parts`,
  ],
  noRole: (name: string, all: string): Both => [
    `没有角色“${name}”。可填：${all}`,
    `There is no role ${name}. Roles are: ${all}`,
  ],
  openQuote: ["引号没有成对，无法分行。请检查引号", "A quotation mark has no partner: look at the marks"],
} satisfies Record<string, Entry>;
