/**
 * The closed list of reasons for which this platform refuses or fails (design §6). A reason survives every hop: agent →
 * core → caller. Each has one fixed Chinese sentence for people; the English message of a {@link Refusal} tells the case.
 */
export const REASONS = {
  INVALID_FIELD: "字段不符合要求",
  UNKNOWN_FIELD: "存在未定义的字段",
  TOO_LARGE: "内容超出大小限制",
  DATA_INVALID: "业务数据不符合数据项标准",
  CODE_INVALID: "代码校验位错误",
  DATE_RANGE_INVALID: "日期范围颠倒",
  ATTACHMENT_REFUSED: "附件不符合要求",
  GLYPH_MISSING: "字库缺少该字",
  ITEM_UNKNOWN: "证照目录项不存在",
  ITEM_UNPUBLISHED: "证照目录项尚未发布",
  ITEM_NOT_OPENED: "证照目录项未对该部门开通",
  ITEM_NOT_YET_OPEN: "未到开通日期",
  DEPARTMENT_UNKNOWN: "政务部门不存在",
  APP_UNKNOWN: "应用不存在",
  MATTER_UNKNOWN: "事项不存在",
  MATTER_NOT_OPENED: "事项未启用用证",
  SEAL_UNKNOWN: "电子印章不存在",
  SEAL_UNBOUND: "电子印章已解除绑定",
  CERTIFICATE_UNKNOWN: "证照不存在",
  ALREADY_EXISTS: "记录已存在",
  SERIAL_REUSED: "业务流水号已用于不同的数据",
  STATE_CONFLICT: "证照当前状态不允许该操作",
  REVISION_CONFLICT: "记录已被他人修改",
  RECORD_UNREADABLE: "存储的记录无法读取",
  TOKEN_MISSING: "缺少访问令牌",
  TOKEN_EXPIRED: "访问令牌已过期",
  TOKEN_REFUSED: "访问令牌无效",
  CREDENTIAL_REFUSED: "应用账户或密钥错误",
  PERMISSION_DENIED: "没有权限",
  ORIGIN_MISSING: "缺少来源签名",
  ORIGIN_KEY_UNKNOWN: "来源签名密钥未登记",
  ORIGIN_INVALID: "来源签名无效",
  ORIGIN_STALE: "来源签名已过时",
  POLICY_REFUSED: "签名代理策略不允许",
  RATE_EXCEEDED: "请求过于频繁",
  AGENT_AWAY: "签名代理未连接",
  DEVICE_AWAY: "加密设备不可用",
  DEVICE_FAULT: "加密设备故障",
  SIGNER_EXPIRED: "签名证书不在有效期内",
  SIGNER_REVOKED: "签名证书已被吊销",
  SIGNER_UNTRUSTED: "签名证书不受信任",
  SIGNATURE_INVALID: "签名无效",
  DOCUMENT_MISSING: "缺少照面模板或附件",
  FACE_MISMATCH: "照面重绘结果不一致",
  USAGE_CODE_UNKNOWN: "用证码不存在",
  USAGE_CODE_EXPIRED: "用证码已过期",
  USAGE_CODE_FOREIGN: "用证码不属于该应用",
  USAGE_CODE_SPENT: "用证码使用次数已满",
  USAGE_NOT_ALLOWED: "超出用证码许可的范围",
  PEER_AWAY: "对方系统不可用",
  TIME_STAMP_AWAY: "时间戳服务不可用",
  TIME_STAMP_BAD: "时间戳服务的应答不可采信",
  LONG_TERM_INCOMPLETE: "长期验证资料不全",
  STORE_AWAY: "数据库不可用",
  STORE_FULL: "存储空间不足",
  OVERLOADED: "系统繁忙",
  DEADLINE_EXCEEDED: "处理超时",
  CANCELLED: "调用已取消",
  UNIMPLEMENTED: "该功能未提供",
  INTERNAL: "系统内部错误",
} as const;

/** One reason of {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** Tells whether a text names a known reason; used where an error arrives from the wire. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
