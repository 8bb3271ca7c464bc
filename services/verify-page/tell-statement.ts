import { type StatementReport, StatementVerdict } from "../../proto/gen/ecert/usage/v1/statement_report_pb.ts";
import { FindingWeight, type VerificationFinding } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { findingWords } from "./finding-words.ts";
import { stateSince, stateSourced, type ToldState } from "./state-words.ts";
import { rowsOf, type Told, type Tone } from "./told.ts";

type Verdict = "stated" | "notInForce" | "undetermined" | "invalid";

/** What was found of a signed text, by the node or in this browser. */
export interface Statement {
  readonly verdict: Verdict;
  readonly verifiedAt: string;
  /** Heaviest first. */
  readonly findings: readonly (Pick<VerificationFinding, "code" | "text" | "detail"> & { readonly isNote: boolean })[];
  readonly statement?:
    | Partial<Record<"identifier" | "number" | "name" | "holder" | "issueDate" | "validTo", string>>
    | undefined;
  readonly key?: Partial<Record<"node" | "key" | "since" | "until" | "listedAt", string>> | undefined;
  readonly state?: ToldState | undefined;
}

const VERDICTS: Readonly<Record<number, Verdict>> = {
  [StatementVerdict.STATED]: "stated",
  [StatementVerdict.NOT_IN_FORCE]: "notInForce",
  [StatementVerdict.UNDETERMINED]: "undetermined",
  [StatementVerdict.INVALID]: "invalid",
};

const TONES: Readonly<Record<Verdict, Tone>> = {
  stated: "good",
  notInForce: "ended",
  undetermined: "open",
  invalid: "bad",
};

const COMPARE: Both = [
  "二维码可以被翻拍，只说明有这样一份证照。请把下面的名称、编号、持证人和日期与证面逐项核对；要紧的，请验证证照文件本身。",
  "A code can be copied: it only says that there is such a certificate. Compare name, number, holder and dates with the face; where it matters, verify the file itself.",
];

const NEXT: Readonly<Record<Verdict, Both>> = {
  stated: COMPARE,
  notInForce: ["请持证人提供现行有效的证照。", "Ask its holder for the certificate that is in force."],
  undetermined: [
    "暂时不要据此办理，请稍后再验一次，或验证证照文件本身。",
    "Do not rely on it yet. Verify it again later, or verify the file itself.",
  ],
  invalid: [
    "请勿采信。请确认二维码文字复制完整，没有多出或缺少字符；仍然如此的，向颁发机构举报。",
    "Do not rely on it. Make sure that the text was copied whole, without a character more or less; if it still fails, tell the issuer.",
  ],
};

/** A report of the node, as {@link tellStatement} takes it. */
export function reportedStatement({ verdict, findings, ...report }: StatementReport): Statement {
  return {
    ...report,
    verdict: VERDICTS[verdict] ?? "undetermined",
    findings: findings.map((one) => ({ ...one, isNote: one.weight === FindingWeight.NOTE })),
  };
}

/** What was found of a QR code, as it is told to people. */
export function tellStatement(found: Statement): Told {
  const { verdict, findings, statement, key, state } = found;
  const against = findings.filter(({ isNote }) => !isNote).map(findingWords);
  const signed: Both[] = key
    ? [[`由 ${key.node} 电子证照系统签名，签名完好`, `Signed by the node ${key.node}; the signature is good`]]
    : [];
  return {
    tone: TONES[verdict],
    sentence: sentenceOf(verdict, state, against),
    next: NEXT[verdict],
    restsOn: verdict === "invalid" ? against : [...signed, stateSourced(state), ...against],
    facts:
      verdict === "invalid"
        ? []
        : rowsOf([
            [["证照名称", "Certificate"], statement?.name ?? ""],
            [["证照编号", "Number"], statement?.number ?? ""],
            [["持证主体", "Holder"], statement?.holder ?? ""],
            [["颁发日期", "Day of issue"], statement?.issueDate ?? ""],
            [["有效期至", "Valid to"], statement ? statement.validTo || ["长期", "without limit"] : ""],
            [["证照标识", "Identifier"], statement?.identifier ?? ""],
          ]),
    details: rowsOf([
      [["验证时间", "Verified at"], timeText(found.verifiedAt)],
      [["签名的系统", "Node"], key?.node ?? ""],
      [["签名公钥（Ed25519）", "Public key (Ed25519)"], key?.key ?? ""],
      [["密钥启用", "Key used since"], timeText(key?.since ?? "")],
      [["密钥停用", "Key used until"], timeText(key?.until ?? "")],
      [["密钥清单", "List of keys of"], timeText(key?.listedAt ?? "")],
    ]),
    findings,
  };
}

/**
 * Why what is kept in this browser cannot tell the state of a certificate, and what to do; `undefined` where that is not the reason. `builtAt`: of the status bundle, which covers what was
 * issued before its day; a code names the day of issue and no hour.
 */
export function notCovered({ verdict, statement }: Statement, builtAt: string | undefined): Both | undefined {
  const { issueDate = "" } = statement ?? {};
  const built = timeText(builtAt ?? "");
  if (verdict !== "undetermined" || built === "" || issueDate < built.slice(0, 10)) return undefined;
  const [why, reason]: Both =
    issueDate === built.slice(0, 10)
      ? [
          "二维码只写颁发日期、不写时刻，看不出它是在资料生成之前还是之后颁发的",
          "The code names the day of issue and no hour, so nobody can tell from it whether it was issued before or after that",
        ]
      : ["之后颁发的还不在其中", "What was issued after that is not in it"];
  return [
    `证照是 ${issueDate} 颁发的，本机的离线资料只到 ${built}。${why}。请联网后再验一次；暂不能联网的，请在次日更新离线资料后再验，或验证证照文件本身。`,
    `The certificate was issued on ${issueDate}, and what is kept here is of ${built}. ${reason}. Verify it again with a network; without one, update what is kept on the next day, or verify the file itself.`,
  ];
}

function sentenceOf(verdict: Verdict, state: ToldState | undefined, [first]: readonly Both[]): Both {
  switch (verdict) {
    case "stated":
      return [
        "二维码真实，所述证照未被注销、暂扣或换发",
        "The code is genuine, and its certificate has not been ended",
      ];
    case "notInForce": {
      const [chinese, english] = stateSince(state);
      return [`二维码真实，但所述证照${chinese}`, `The code is genuine, but its certificate is ${english}`];
    }
    case "invalid":
      return [
        `二维码不可采信${first ? `：${first[0]}` : ""}`,
        `The code is not to be relied on${first ? `: ${first[1]}` : ""}`,
      ];
    case "undetermined":
      return [
        "二维码由系统签名，暂不能确定所述证照的状态",
        "The code is signed; how its certificate stands cannot be told now",
      ];
  }
}
