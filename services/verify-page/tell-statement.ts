import { type StatementReport, StatementVerdict } from "../../proto/gen/ecert/usage/v1/statement_report_pb.ts";
import { FindingWeight } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { findingWords } from "./finding-words.ts";
import { stateSince, stateSourced } from "./state-words.ts";
import { rowsOf, type Told, type Tone } from "./told.ts";

type Verdict = "stated" | "notInForce" | "undetermined" | "invalid";

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

/** A report of a QR code, as it is told to people. */
export function tellStatement(report: StatementReport): Told {
  const { findings, statement, key, state } = report;
  const verdict = VERDICTS[report.verdict] ?? "undetermined";
  const against = findings.filter(({ weight }) => weight !== FindingWeight.NOTE).map(findingWords);
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
      [["验证时间", "Verified at"], timeText(report.verifiedAt)],
      [["签名的系统", "Node"], key?.node ?? ""],
      [["签名公钥（Ed25519）", "Public key (Ed25519)"], key?.key ?? ""],
      [["密钥启用", "Key used since"], timeText(key?.since ?? "")],
      [["密钥停用", "Key used until"], timeText(key?.until ?? "")],
      [["密钥清单", "List of keys of"], timeText(key?.listedAt ?? "")],
    ]),
    findings,
  };
}

function sentenceOf(verdict: Verdict, state: StatementReport["state"], [first]: readonly Both[]): Both {
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
