import {
  type AlteredPart,
  DocumentKind,
  DocumentVerdict,
  FindingWeight,
  type VerificationReport,
} from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { alteredText } from "./altered.ts";
import { documentDetails } from "./document-details.ts";
import { findingWords } from "./finding-words.ts";
import { stateSince, stateSourced } from "./state-words.ts";
import { type Row, rowsOf, type Told, type Tone } from "./told.ts";

type Verdict = "valid" | "notInForce" | "undetermined" | "foreign" | "unsupported" | "invalid";

const VERDICTS: Readonly<Record<number, Verdict>> = {
  [DocumentVerdict.VALID]: "valid",
  [DocumentVerdict.NOT_IN_FORCE]: "notInForce",
  [DocumentVerdict.UNDETERMINED]: "undetermined",
  [DocumentVerdict.FOREIGN]: "foreign",
  [DocumentVerdict.UNSUPPORTED]: "unsupported",
  [DocumentVerdict.INVALID]: "invalid",
};

const TONES: Readonly<Record<Verdict, Tone>> = {
  valid: "good",
  notInForce: "ended",
  undetermined: "open",
  foreign: "foreign",
  unsupported: "foreign",
  invalid: "bad",
};

const NEXT: Readonly<Record<Verdict, Both>> = {
  valid: [
    "可以采信。请核对下面的内容与办事人出示的一致；部门办事请依职能在线查验。",
    "It may be relied on. Compare what stands below with what you were shown; departments verify on-line for their own business.",
  ],
  notInForce: ["请持证人提供现行有效的证照。", "Ask its holder for the certificate that is in force."],
  undetermined: [
    "暂时不要据此办理，请稍后再验一次；仍不能确定的，向颁发机构核实。",
    "Do not rely on it yet. Verify it again later; if that does not help, ask its issuer.",
  ],
  foreign: ["请向签章单位核实。", "Ask whoever signed it."],
  unsupported: [
    "照片、截图和扫描件请换成 PDF 或 OFD 原文件再验；其他格式请用签发单位提供的工具验证。",
    "Of a photograph or scan, ask for the original PDF or OFD; verify other formats with the tool of whoever issued them.",
  ],
  invalid: [
    "请勿使用；请持证人提供原文件，怀疑伪造的，向颁发机构举报。",
    "Do not use it. Ask for the original file, and tell the issuer where you suspect forgery.",
  ],
};

/** A report of a document, as it is told to people. */
export function tellDocument(report: VerificationReport): Told {
  const verdict = VERDICTS[report.verdict] ?? "undetermined";
  return {
    tone: TONES[verdict],
    sentence: sentenceOf(verdict, report),
    next: NEXT[verdict],
    restsOn: restsOn(verdict, report),
    // What a document says that is not to be relied on would only be read as if it were.
    facts: verdict === "invalid" ? [] : factsOf(report),
    details: documentDetails(report),
    findings: report.findings,
  };
}

function sentenceOf(verdict: Verdict, { signature, state, altered, findings }: VerificationReport): Both {
  switch (verdict) {
    case "valid":
      return ["真实有效", "Genuine and in force"];
    case "notInForce": {
      const [chinese, english] = stateSince(state);
      return [`真实，但${chinese}`, `Genuine, but ${english}`];
    }
    case "undetermined":
      return ["签名完好，暂不能确定现在是否有效", "The signature is good; whether it is in force cannot be told now"];
    case "foreign": {
      const by = signature?.signer?.organization || signature?.signer?.commonName || "";
      return [
        `签名完好，但不是本平台签发${by && `，签章单位：${by}`}`,
        `The signature is good, but nobody of this platform issued it${by && `; signed by ${by}`}`,
      ];
    }
    case "unsupported":
      return ["这种格式本平台不能判断", "This format cannot be judged here"];
    case "invalid": {
      const [first] = findings;
      const [place] = namedPlaces(altered);
      const [chinese, english] = place ? alteredText(place) : first ? findingWords(first) : ["", ""];
      if (!chinese) return ["不可采信", "Not to be relied on"];
      return [`不可采信：${chinese}`, `Not to be relied on: ${english}`];
    }
  }
}

/** For a good verdict each thing that was checked; else each thing that speaks against it. */
function restsOn(verdict: Verdict, report: VerificationReport): Both[] {
  const { findings, altered, signature, register, state } = report;
  const against = findings.filter(({ weight }) => weight !== FindingWeight.NOTE).map(findingWords);
  const places = namedPlaces(altered).map(alteredText);
  if (verdict === "invalid" || verdict === "unsupported") return [...against, ...places];
  const rested: Both[] = [];
  if (signature)
    rested.push([
      `签名完好，签名后没有改动（签名范围：${signature.scopeText}）`,
      "The signature is good: nothing that it covers was changed",
    ]);
  if (verdict === "foreign") return [...rested, ...against];
  if (register && verdict !== "undetermined")
    rested.push([
      `签发机关有权：按全省颁发机构目录（${timeText(register.asOf)}）核对`,
      `Its issuer might issue it, by the register of issuers of ${timeText(register.asOf)}`,
    ]);
  return [...rested, stateSourced(state), ...against];
}

/** What people find in a file by themselves; where it names nothing of that, what there is. The rest is for experts ({@link documentDetails}). */
function namedPlaces(altered: readonly AlteredPart[]): readonly AlteredPart[] {
  const named = altered.filter(({ kind }) => kind === "page" || kind === "field");
  return named.length > 0 ? named : altered;
}

function factsOf({ subject, signature, kind }: VerificationReport): Row[] {
  // A PDF alone does not name its number, and its last day only where it has one.
  const endless: Both | "" = subject?.number ? ["长期", "without limit"] : "";
  return rowsOf([
    [["证照名称", "Certificate"], subject?.name ?? ""],
    [["证照编号", "Number"], subject?.number ?? ""],
    [["颁发机构", "Issuer"], subject?.issuerName ?? ""],
    [["签章单位", "Signed by"], signature?.signer?.organization ?? ""],
    [["签署时间", "Signed at"], timeText(signature?.signedAt ?? "")],
    [["颁发日期", "Day of issue"], subject?.issueDate ?? ""],
    [["有效期至", "Valid to"], subject?.validTo || endless],
    [["证照标识", "Identifier"], subject?.identifier ?? ""],
    [["文件种类", "Kind of file"], KINDS[kind] ?? ""],
  ]);
}

const KINDS: Readonly<Record<number, Both>> = {
  [DocumentKind.PDF]: ["PDF 证照文件", "PDF"],
  [DocumentKind.OFD]: ["OFD 证照文件", "OFD"],
  [DocumentKind.MESSAGE]: ["数据电文", "Data message"],
};
