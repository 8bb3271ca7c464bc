/** Weights, heaviest first: the heaviest finding of a report decides its verdict. */
export const WEIGHTS = ["invalid", "unsupported", "foreign", "notInForce", "undetermined", "note"] as const;

/** How much a finding weighs. */
export type Weight = (typeof WEIGHTS)[number];

/**
 * The closed list of what a verification can find: its weight and one Chinese sentence for people. Programs go by the
 * code; the `detail` of a finding tells the case in English.
 */
export const FINDINGS = {
  FORMAT_UNKNOWN: ["unsupported", "无法识别的文件格式"],
  FORMAT_DAMAGED: ["invalid", "文件结构损坏或不完整"],
  TOO_LARGE: ["invalid", "文件超出大小限制"],
  SIGNATURE_MISSING: ["invalid", "文件没有电子签名"],
  SIGNATURE_INVALID: ["invalid", "电子签名无效"],
  CONTENT_ALTERED: ["invalid", "签名后内容被改动"],
  CONTENT_ADDED: ["invalid", "签名后追加了内容"],
  CONTENT_MISSING: ["invalid", "签名所保护的内容缺失"],
  BYTE_RANGE_INVALID: ["invalid", "签名覆盖范围异常"],
  HIDDEN_CONTENT: ["invalid", "文件含有可改变显示内容的隐藏机制"],
  ALGORITHM_REFUSED: ["invalid", "密码算法或密钥强度不符合要求"],
  ALGORITHM_UNSUPPORTED: ["unsupported", "签名所用的密码算法不弱，但本平台不能验证"],
  FORM_UNSUPPORTED: ["unsupported", "签名的形式本平台不能验证"],
  SIGNER_UNKNOWN: ["foreign", "签名完好，但签章单位不为本平台所知"],
  ISSUED_ELSEWHERE: ["foreign", "签名完好，但不是本平台签发的证照"],
  SIGNER_EXPIRED: ["invalid", "签名时签名证书不在有效期内"],
  SIGNER_REVOKED: ["invalid", "签名时签名证书已被吊销"],
  SIGNER_UNTRUSTED: ["invalid", "签名证书不受信任"],
  SIGNER_FOREIGN: ["invalid", "签章单位不是该证照的颁发机构或其上级机构"],
  ISSUER_NOT_AUTHORISED: ["invalid", "颁发机构未获授权颁发该类证照"],
  SIGNED_IN_FUTURE: ["invalid", "签名时间晚于验证时间"],
  FACE_MISMATCH: ["invalid", "照面文件与数据电文不一致"],
  RECORD_DIFFERS: ["invalid", "与证照库中的存档不一致"],
  SANDBOX_CERTIFICATE: ["invalid", "沙箱测试证照，不具任何效力"],
  IDENTIFIER_INVALID: ["invalid", "证照标识不符合编码规则或与元数据不一致"],
  TIME_STAMP_INVALID: ["invalid", "时间戳无效，或不是为该签名签发的"],
  NODE_KEY_ENDED: ["invalid", "所述颁发日期晚于该节点密钥的停用时间"],
  LONG_TERM_DATA_INVALID: ["invalid", "签名后附加的长期验证资料无效"],
  CERTIFICATE_REVOKED: ["notInForce", "证照已注销"],
  CERTIFICATE_SUSPENDED: ["notInForce", "证照已暂扣"],
  CERTIFICATE_SUPERSEDED: ["notInForce", "证照已换发新版本"],
  CERTIFICATE_EXPIRED: ["notInForce", "证照已过有效期"],
  CERTIFICATE_NOT_YET_VALID: ["notInForce", "证照尚未生效"],
  CERTIFICATE_UNRECORDED: ["undetermined", "证照库中没有该证照的记录"],
  STATE_UNKNOWN: ["undetermined", "无法得知证照当前状态"],
  STATE_STALE: ["undetermined", "证照状态数据过旧"],
  REGISTER_STALE: ["undetermined", "没有足够新的机构目录，无法得知签名时颁发机构的权限或上级机构"],
  IDENTIFIER_FORKED: ["undetermined", "同一证照标识下存在另一份证照，须由省级系统核定"],
  IDENTIFIER_MISSING: ["undetermined", "文件中没有可读取的证照标识"],
  REVOCATION_UNKNOWN: ["undetermined", "无法得知签名证书的吊销状态"],
  REVOCATION_STALE: ["undetermined", "吊销列表已过期，且签名时间仅由签名者声明，不能排除证书已被吊销后倒签"],
  SIGNER_COMPROMISED: ["undetermined", "签名密钥或上级认证机构的密钥后来失密，无法排除倒签"],
  SIGNING_TIME_UNPROVED: ["undetermined", "签名证书或上级证书此后被吊销，没有存档或时间戳证明签名在先"],
  NODE_KEY_LATER: ["undetermined", "所述颁发日期早于该节点密钥的启用时间，无法得知当时由谁签名"],
  NODE_KEY_COMPROMISED: ["undetermined", "该节点密钥已失密，所签内容可能出自他人"],
  NODE_KEYS_STALE: ["undetermined", "节点密钥清单过旧，无法得知该密钥是否已失密或停用"],
  FORM_FOREIGN: ["undetermined", "文件不是电子证照系统生成的版式形态"],
  REVOCATION_UNCHECKED: ["note", "未提供吊销列表，未检查签名证书的吊销状态"],
  SIGNER_EXPIRED_SINCE: ["note", "签名证书此后已到期，不影响已作出的签名"],
  SIGNER_REVOKED_SINCE: ["note", "签名证书或上级证书此后被吊销，不影响已作出的签名"],
  SIGNING_TIME_CLAIMED: ["note", "签名时间由签名者声明，没有时间戳证明"],
  TIME_STAMP_UNTRUSTED: ["note", "时间戳签发机构不受信任或状态不明，未予采信"],
  TIME_STAMP_COMPROMISED: ["note", "时间戳签发机构的证书或上级证书后来被吊销，不能排除密钥失密，时间戳未予采信"],
  TIME_STAMP_STALE: ["note", "时间戳签发机构的吊销列表已过期，不能排除其密钥已失密，时间戳未予采信"],
  TIME_STAMP_AGED: ["note", "时间戳签发机构的证书此后已到期，宜补加新的时间戳"],
  LONG_TERM_INCOMPLETE: ["note", "附加的长期验证资料不完整，不足以达到 B-LT 级"],
  SEAL_NOTICE: ["note", "电子印章须知"],
  CERTIFICATE_UNSEEN: ["note", "仅见节点签名的文字，未见证照本身，不能证明确有该证照"],
  NODE_KEY_UNDATED: ["note", "未提供节点密钥清单，未核对密钥的使用期"],
  ISSUER_UNREGISTERED: ["note", "未提供机构目录，未检查颁发权限"],
} as const satisfies Record<string, readonly [Weight, string]>;

/** One code of {@link FINDINGS}. */
export type FindingCode = keyof typeof FINDINGS;

/** One thing that a verification found. */
export interface VerificationFinding {
  code: FindingCode;
  weight: Weight;
  /** For people, zh-CN. */
  text: string;
  /** The case, in English. Names no person. */
  detail: string;
}

/** Makes a finding. */
export function findingOf(code: FindingCode, detail: string): VerificationFinding {
  const [weight, text] = FINDINGS[code];
  return { code, weight, text, detail };
}

/** The overall outcome of a verification. */
export type Verdict = "valid" | Exclude<Weight, "note">;

/** The verdicts for people, zh-CN. */
export const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  valid: "真实有效",
  invalid: "无效：不应采信",
  unsupported: "这种格式本平台不能判断",
  foreign: "签名完好，但不是本平台签发",
  notInForce: "真实，但当前不具效力",
  undetermined: "签名可信，但尚不能确定当前效力",
};

/** The verdict that findings lead to. A document is valid only if nothing but notes was found. */
export function verdictOf(findings: readonly VerificationFinding[]): Verdict {
  const [heaviest] = heaviestFirst(findings);
  return heaviest === undefined || heaviest.weight === "note" ? "valid" : heaviest.weight;
}

/** Findings in the order of their weights; those of one weight as they were found. */
export function heaviestFirst(findings: readonly VerificationFinding[]): VerificationFinding[] {
  return findings.toSorted((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
}

/** Whether a finding takes its worth from a signature or form: nothing that such a document says is relied on, or asked after. */
export function isRefusing({ weight }: VerificationFinding): boolean {
  return weight === "invalid" || weight === "unsupported" || weight === "foreign";
}

/** Most cases that one finding tells; of more it tells how many. */
const MOST_CASES = 5;

/** Each cause once: findings of one code become one, which tells the first cases. */
export function eachOnce(findings: readonly VerificationFinding[]): VerificationFinding[] {
  const byCode = new Map<FindingCode, Set<string>>();
  for (const { code, detail } of findings) byCode.set(code, (byCode.get(code) ?? new Set()).add(detail));
  return [...byCode].map(([code, details]) => {
    const cases = [...details].slice(0, MOST_CASES);
    const more = details.size - cases.length;
    return findingOf(code, cases.join("; ") + (more > 0 ? `; and ${more} more` : ""));
  });
}
