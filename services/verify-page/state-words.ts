import type { VerifiedState } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { Both } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";

const STATES: Readonly<Record<string, Both>> = {
  valid: ["有效", "in force"],
  notListed: ["未列为失效", "not listed as ended"],
  suspended: ["已暂扣", "suspended"],
  revoked: ["已注销", "revoked"],
  superseded: ["已换发新版本", "replaced by a newer version"],
  expired: ["已过有效期", "expired"],
  notYetValid: ["尚未生效", "not yet in force"],
};
const UNKNOWN: Both = ["未能得知", "not known"];
const SOURCES: Readonly<Record<string, Both>> = {
  issuer: ["颁发系统", "the issuing system"],
  archive: ["证照库", "the archive"],
  bundle: ["状态包", "the status bundle"],
};

/** A state as the contract tells it, or as the page itself has found it. */
export type ToldState = Partial<Pick<VerifiedState, "state" | "since" | "source" | "asOf">>;

/** A state in words. */
export function stateWord(state: ToldState | undefined): Both {
  return STATES[state?.state ?? ""] ?? UNKNOWN;
}

/** A state, since when it is so where that is known: 已注销（2026-11-20 10:30 起）. */
export function stateSince(state: ToldState | undefined): Both {
  const [chinese, english] = stateWord(state);
  const since = timeText(state?.since ?? "");
  return since ? [`${chinese}（${since} 起）`, `${english} (since ${since})`] : [chinese, english];
}

/** A state with who says so, and when that was right. */
export function stateSourced(state: ToldState | undefined): Both {
  const [chinese, english] = stateWord(state);
  const since = timeText(state?.since ?? "");
  const told: Both = [
    `现在的状态：${chinese}${since && `，自 ${since} 起`}`,
    `State now: ${english}${since && ` since ${since}`}`,
  ];
  const source = SOURCES[state?.source ?? ""];
  const asOf = timeText(state?.asOf ?? "");
  if (!source) return told;
  return [`${told[0]}（${source[0]}，${asOf}）`, `${told[1]} (${source[1]}, ${asOf})`];
}
