import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";

/** A text in both languages. */
type Both = readonly [chinese: string, english: string];

/** What a verdict means to who has to decide: a sentence, what to do next, and how its state is marked. */
export interface ToldVerdict {
  readonly text: Both;
  readonly next: Both;
  /** The state alone, for a certificate whose signature was not looked at yet. */
  readonly state: Both;
  readonly shape: string;
  readonly tone: "good" | "waiting" | "bad" | "ended";
}

const CURRENT: Both = ["请持证人提供现行证照", "Have the holder show the certificate that is in force"];

const VERDICTS: Readonly<Record<number, ToldVerdict>> = {
  [Verdict.VALID]: {
    text: ["真实有效", "Genuine and in force"],
    next: ["可以采信", "To be relied on"],
    state: ["有效", "In force"],
    ...{ shape: "●", tone: "good" },
  },
  [Verdict.NOT_YET_VALID]: {
    text: ["真实，但尚未生效", "Genuine, but not in force yet"],
    next: ["请在有效期开始后再用", "Use it from its first day on"],
    state: ["尚未生效", "Not in force yet"],
    ...{ shape: "◔", tone: "waiting" },
  },
  [Verdict.EXPIRED]: {
    text: ["真实，但已过有效期", "Genuine, but expired"],
    next: CURRENT,
    state: ["已过期", "Expired"],
    ...{ shape: "○", tone: "ended" },
  },
  [Verdict.SUSPENDED]: {
    text: ["真实，但已暂扣", "Genuine, but suspended"],
    next: ["暂扣期间不能使用，请持证人向签发机关了解", "It cannot be used meanwhile: its issuer knows more"],
    state: ["已暂扣", "Suspended"],
    ...{ shape: "◐", tone: "waiting" },
  },
  [Verdict.REVOKED]: {
    text: ["真实，但已注销", "Genuine, but revoked"],
    next: CURRENT,
    state: ["已注销", "Revoked"],
    ...{ shape: "✕", tone: "bad" },
  },
  [Verdict.SUPERSEDED]: {
    text: ["真实，但已换发", "Genuine, but replaced"],
    next: ["请使用换发后的证照", "Use the one that took its place"],
    state: ["已换发", "Replaced"],
    ...{ shape: "○", tone: "ended" },
  },
  [Verdict.SIGNATURE_BAD]: {
    text: ["不可采信：签名不成立，或与签发时不一致", "Not to be relied on: its signature does not hold"],
    next: ["请勿使用，并向签发机关核实", "Do not use it, and ask its issuer"],
    state: ["不可采信", "Not to be relied on"],
    ...{ shape: "✕", tone: "bad" },
  },
  [Verdict.ISSUER_NOT_AUTHORISED]: {
    text: [
      "不可采信：签章单位当时无权签发这种证照",
      "Not to be relied on: who signed had no right to issue this kind then",
    ],
    next: ["请勿使用，并向签发机关核实", "Do not use it, and ask its issuer"],
    state: ["不可采信", "Not to be relied on"],
    ...{ shape: "✕", tone: "bad" },
  },
  [Verdict.UNDETERMINED]: {
    text: ["签名完好，暂不能确定现在是否有效", "Its signature is good; whether it is in force cannot be told now"],
    next: ["请稍后再核验，急办的请收取原件", "Check again later; where it cannot wait, ask for the original"],
    state: ["暂不能确定", "Not known now"],
    ...{ shape: "?", tone: "waiting" },
  },
};

/** What a verdict means; one that this page does not know is told as not to be known. */
export function toldVerdict(verdict: Verdict): ToldVerdict {
  return VERDICTS[verdict] ?? (VERDICTS[Verdict.UNDETERMINED] as ToldVerdict);
}
