import type { VerifiedState } from "../../statement/standing.ts";
import type { AlteredPart, DocumentKind, RevocationAnswer, VerificationReport, VerifiedSignature } from "./report.ts";

/* What a report says for people, zh-CN. Programs go by the codes beside. */

const STATES: Readonly<Record<VerifiedState["state"], string>> = {
  valid: "有效",
  suspended: "暂扣",
  revoked: "注销",
  superseded: "已换发",
  expired: "过期",
  notYetValid: "未生效",
  unknown: "未知",
};

const SOURCES: Readonly<Record<VerifiedState["source"], string>> = {
  issuer: "颁发节点",
  archive: "证照库",
  bundle: "状态包",
  none: "无",
};

const REVOCATIONS: Readonly<Record<RevocationAnswer["state"], string>> = {
  good: "未吊销",
  revoked: "已吊销",
  unknown: "未知",
  unchecked: "未检查",
};

const TIMES: Readonly<Record<VerifiedSignature["timeFrom"], string>> = {
  record: "颁发节点存档",
  stamp: "时间戳证明",
  claimed: "签名者声明",
  unknown: "未知，按验证时刻判断",
};

type Scope = Required<Pick<VerifiedSignature, "scope" | "scopeText">>;

const SCOPES: Readonly<Record<DocumentKind, Scope>> = {
  pdf: { scope: "file", scopeText: "PDF 文件全文，签名值除外" },
  ofd: { scope: "package", scopeText: "OFD 包内全部文件，签名文件除外" },
  message: { scope: "message", scopeText: "数据电文全文" },
};

const KINDS: Readonly<Record<AlteredPart["kind"], string>> = {
  file: "文件",
  page: "页面",
  object: "对象",
  field: "数据项",
  bytes: "字节",
};

const CHANGES: Readonly<Record<AlteredPart["change"], string>> = {
  altered: "被改动",
  added: "被添加",
  missing: "缺失",
};

/** What a signature must cover in a document of a kind: anything else is held against it. */
export function scopeOf(kind: DocumentKind): Scope {
  return SCOPES[kind];
}

/** The report with its texts. */
export function withTexts(report: VerificationReport): VerificationReport {
  const { signature, state, altered } = report;
  return {
    ...report,
    ...(signature !== undefined && { signature: told(signature) }),
    state: { ...state, text: STATES[state.state], sourceText: SOURCES[state.source] },
    altered: altered.map((part) => ({ ...part, text: `${KINDS[part.kind]} ${part.name} ${CHANGES[part.change]}` })),
  };
}

function told(signature: VerifiedSignature): VerifiedSignature {
  const { atSigning, now } = signature.revocation;
  return {
    ...signature,
    timeFromText: TIMES[signature.timeFrom],
    revocation: {
      atSigning: { ...atSigning, text: REVOCATIONS[atSigning.state] },
      now: { ...now, text: REVOCATIONS[now.state] },
    },
  };
}
