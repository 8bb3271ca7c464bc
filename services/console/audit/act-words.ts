import type { Act } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { type Both, said } from "../text/texts.ts";

/** What was done, in words, by kind of the line of evidence; kinds that people ask for come first. */
export const ACT_WORDS: Readonly<Record<string, Both>> = {
  "certificate-signed": ["签发证照", "Certificate issued"],
  "certificate-changed": ["变更证照状态", "State of a certificate changed"],
  "certificate-superseded": ["换发证照", "Certificate replaced"],
  "usage-context-created": ["申请用证码", "Usage code made"],
  "certificates-listed": ["查找证照", "Certificates looked up"],
  "certificate-verified": ["查验证照", "Certificate verified"],
  "certificate-extracted": ["提取证照数据", "Data extracted"],
  "certificate-fetched": ["获取证照文件", "File fetched"],
  "presentation-created": ["持证主体亮证", "Presentation made by the holder"],
  "presentation-redeemed": ["核验亮证", "Presentation redeemed"],
  "presentation-withdrawn": ["持证主体撤回亮证", "Presentation withdrawn by the holder"],
  "error-reported": ["持证主体报错", "Error reported by the holder"],
  "error-report-answered": ["答复报错", "Error report answered"],
  "holder-fetched": ["持证主体获取文件", "File fetched by the holder"],
  "status-told": ["查询证照状态", "State of a certificate told"],
  "exchange-answered": ["答复其他节点", "Another node answered"],
  "archive-read": ["查看证照内容", "Content of a certificate read"],
  "archive-file-read": ["获取证照库文件", "File of the archive read"],
  "acts-read": ["查看审计", "Audit read"],
  "life-read": ["查看证照一生", "Life of a certificate read"],
  "certificate-viewed": ["查看证照", "Certificate looked at"],
  "session-begun": ["登录", "Signed in"],
  "session-ended": ["退出登录", "Signed out"],
  "sign-in-refused": ["登录被拒", "Sign-in refused"],
  "call-refused": ["无权操作被拒", "Refused for lack of permission"],
  "account-put": ["登记账户", "Account put"],
  "account-set-up": ["设立首个管理员", "First administrator set up"],
  "account-invited": ["邀请部门管理员", "Administrator invited"],
  "account-administrator-activated": ["启用部门管理员", "Administrator activated"],
  "account-certificate-bound": ["绑定证书", "Certificate key bound"],
  "account-certificate-unbound": ["解绑证书", "Certificate key unbound"],
  "account-closed": ["停用账户", "Account closed"],
  "account-moved": ["账户随部门调整区划", "Account moved with its department"],
  "password-set": ["设置口令", "Password set"],
  "password-changed": ["修改口令", "Password changed"],
  "password-enrolled": ["登记第二因素", "Second factor enrolled"],
  "password-removed": ["取消口令", "Password removed"],
  "password-ended": ["口令因多次错误失效", "Password ended after misses"],
  "password-refused": ["口令登录被拒", "Password refused"],
  "token-refused": ["应用密钥被拒", "Secret of an app refused"],
  "secret-revoked": ["作废应用密钥", "Secret of an app revoked"],
  "token-revoked": ["作废访问令牌", "Access token revoked"],
  "tokens-revoked": ["作废应用全部令牌", "All tokens of an app revoked"],
  "registry-changed": ["变更登记", "Registry changed"],
  "department-confirmed": ["确认部门归属", "Department confirmed"],
  "issuing-right-put": ["设定签发权限", "Issuing right put"],
  "node-key-put": ["登记节点公钥", "Key of a node put"],
  "seal-confirmed": ["确认印章", "Seal confirmed"],
  "seal-unbound": ["解绑印章", "Seal unbound"],
  "delegation-changed": ["变更委托", "Delegation changed"],
  "item-draft-step": ["办理目录草案", "Draft of an item handled"],
  "item-draft-decided": ["省级决定目录草案", "Draft of an item decided"],
  "catalog-item-registered": ["登记目录", "Item registered"],
  "catalog-item-published": ["发布目录", "Item published"],
  "list-step": ["办理应开通目录", "Obligatory list handled"],
  "list-published": ["发布应开通目录", "Obligatory list published"],
  "matter-import-accepted": ["接受事项导入", "Import of matters accepted"],
  "matter-import-done": ["完成事项导入", "Import of matters done"],
  "opening-request-put": ["填写开通申请", "Request for an opening put"],
  "opening-request-step": ["办理开通申请", "Request for an opening handled"],
  "entry-put": ["填写部门接入", "Entry of a department put"],
  "entry-step": ["办理部门接入", "Entry of a department handled"],
  "change-put": ["填写部门变更", "Change of a department put"],
  "change-step": ["办理部门变更", "Change of a department handled"],
  "change-carried": ["执行部门变更", "Change of a department carried out"],
  "handed-in": ["报送清单", "List handed in"],
  "paper-put": ["上传材料", "Paper put"],
  "plan-put": ["填写推广计划", "Plan put"],
  "plan-step": ["办理推广计划", "Plan handled"],
  "divisions-put": ["登记行政区划", "Divisions put"],
  "indicator-put": ["定义监督指标", "Indicator defined"],
  "holidays-put": ["登记节假日", "Holidays put"],
  "inspection-frozen": ["冻结季度检查", "Inspection frozen"],
  "bulletin-published": ["发布通报", "Bulletin published"],
  "bulletin-read": ["阅读通报", "Bulletin read"],
  "list-taken-over": ["接收应开通目录", "Obligatory list taken over"],
  "list-taken-back": ["取回应开通目录", "Obligatory list taken back"],
  "catalog-item-signed": ["签署目录版本", "Version of an item signed"],
  "catalog-item-taken-over": ["接收目录版本", "Version of an item taken over"],
  "item-draft-taken-over": ["接收目录草案", "Draft of an item taken over"],
  "registry-taken-over": ["接收登记", "Registry taken over"],
  "seal-taken-over": ["接收印章", "Seal taken over"],
  "delegation-without-effect": ["委托未生效", "Delegation without effect"],
  "certificate-restoring": ["恢复证照数据", "Certificate brought back"],
  "archive-displaced": ["替换归集的证照", "Archived certificate displaced"],
  "delivery-retried": ["重试推送", "Delivery tried again"],
  "event-gap": ["节点间消息缺失", "Gap in the events of a node"],
  "store-went-back": ["存储回到旧副本", "Store went back"],
  "set-aside": ["搁置无法处理的记录", "Record set aside"],
  "archive-compared": ["比对证照库", "Archives compared"],
  "archive-fork": ["发现同一标识的两份证照", "Second record of a certificate found"],
  "archive-fork-settled": ["裁定同一标识的两份证照", "Two records of a certificate settled"],
  "standing-changed": ["节点数据状况变化", "Standing of a node changed"],
  "recovery-started": ["开始恢复数据", "Recovery started"],
  "recovery-ended": ["完成恢复数据", "Recovery ended"],
};

/** What an action did to a certificate. */
const CHANGES: Readonly<Record<string, Both>> = {
  revoke: ["注销证照", "Certificate revoked"],
  suspend: ["暂扣证照", "Certificate suspended"],
  resume: ["恢复证照", "Certificate resumed"],
  discard: ["废弃证照", "Certificate discarded"],
};

/** Of who looks at a certificate: one who had its holder's code shown in full. */
const CODE_SHOWN: Both = ["显示持证主体完整代码", "Holder's code shown in full"];

/** What was done, in words; what this page does not know is told as it stands. */
export function actWords({ kind, details }: Act): string {
  const action = details.find(({ name }) => name === "action")?.value ?? "";
  const change = kind === "certificate-changed" ? CHANGES[action] : undefined;
  const isCode =
    kind === "certificate-viewed" && details.some(({ name, value }) => name === "what" && value === "code");
  return said(change ?? (isCode ? CODE_SHOWN : ACT_WORDS[kind]) ?? [kind, kind]);
}

/** Members of lines that people ask about, in words. */
const DETAIL_WORDS: Readonly<Record<string, Both>> = {
  account: ["账户", "Account"],
  action: ["动作", "Action"],
  at: ["时间", "At"],
  businessId: ["业务标识", "Case"],
  businessSerial: ["业务流水号", "Business serial"],
  certificateRevision: ["证照修订号", "Revision of the certificate"],
  changes: ["修订号", "Revision"],
  code: ["编码", "Code"],
  division: ["行政区划", "Division"],
  fields: ["数据项", "Data items"],
  items: ["证照种类", "Kinds of certificate"],
  key: ["登记项编码", "Key"],
  kind: ["登记项类别", "Kind of record"],
  maker: ["制证人", "Made by"],
  node: ["节点", "Node"],
  presentation: ["亮证编号", "Presentation"],
  releasedSha256: ["交付内容摘要", "Digest of what was released"],
  roles: ["角色", "Roles"],
  session: ["会话摘要", "Digest of the session"],
  stage: ["办理环节", "Stage"],
  standBy: ["备用用证", "Stand-by"],
  state: ["状态", "State"],
  usageCodeDigest: ["用证码摘要", "Digest of the usage code"],
  use: ["用证码第几次使用", "Use of the code"],
  wanted: ["查询条件", "What was looked for"],
};

/** A member of a line in words; what this page does not know is told as it stands. */
export function detailWord(name: string): string {
  return said(DETAIL_WORDS[name] ?? [name, name]);
}
