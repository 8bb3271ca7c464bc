import { isCivilDate } from "./civil-date.ts";
import type { FieldViolation } from "./refusal.ts";

/** Kinds of matter (事项类型) by their codes: data, so that a list names them by either. */
export const MATTER_TYPES: Readonly<Record<string, string>> = {
  "01": "行政许可",
  "02": "行政处罚",
  "03": "行政强制",
  "04": "行政征收",
  "05": "行政给付",
  "06": "行政检查",
  "07": "行政确认",
  "08": "行政奖励",
  "09": "行政裁决",
  "10": "其他行政权力",
  "20": "公共服务",
};

/** 行政许可: the kind that must agree with the province's directory (6.2.2.2). */
export const LICENCE_TYPE = "01";

/** The code of a kind, named by its code or its name; `undefined` where it is none. */
export function matterTypeCode(text: string): string | undefined {
  if (Object.hasOwn(MATTER_TYPES, text)) return text;
  return Object.keys(MATTER_TYPES).find((code) => MATTER_TYPES[code] === text);
}

/** Days on which a matter is on the portal: first and last, `yyyy-MM-dd`; without a last it still is. */
export interface PortalPeriod {
  from: string;
  until?: string;
}

/** What is wrong with periods on the portal, each under its place below `field`: real days, oldest first, never overlapping. */
export function portalFaults(field: string, periods: readonly PortalPeriod[]): FieldViolation[] {
  return periods.flatMap((period, index): FieldViolation[] => {
    const found = portalFault(period, periods[index - 1]);
    return found ? [{ field: `${field}[${index}]`, ...found }] : [];
  });
}

function portalFault({ from, until }: PortalPeriod, before: PortalPeriod | undefined) {
  const wrong = [from, until ?? ""].find((day) => day !== "" && !isCivilDate(day));
  if (wrong !== undefined || from === "") {
    return {
      description: `"${wrong ?? ""}" is not a day of the calendar`,
      remedy: "write first and last day as yyyy-MM-dd/yyyy-MM-dd; leave the last out while it is on the portal",
      localized: `“${wrong ?? ""}”不是日历上的日期，请填写为yyyy-MM-dd/yyyy-MM-dd，在驻的不填止日`,
    };
  }
  if (until && until < from) {
    return {
      description: `${until} lies before ${from}`,
      remedy: "exchange the two days or correct the wrong one",
      localized: `${until}早于${from}，请对调或更正`,
    };
  }
  if (!before || (before.until && before.until < from)) return undefined;
  return {
    description: `it begins on ${from}, before the period ahead of it is over`,
    remedy: "write periods oldest first, each with its last day before the next begins",
    localized: `自${from}起的时段与前一时段重叠或未按先后排列，请更正`,
  };
}

/** Whether a matter is none of its department's any more on a day. */
export function hasEnded({ endedOn = "" }: { endedOn?: string }, day: string): boolean {
  return endedOn !== "" && endedOn <= day;
}

/** 3.8: whether a matter is on the portal on a day: what the rate of use counts by. */
export function isOnPortal(matter: { endedOn?: string; portal?: readonly PortalPeriod[] }, day: string): boolean {
  if (hasEnded(matter, day)) return false;
  return (matter.portal ?? []).some(({ from, until = "" }) => from <= day && (until === "" || day <= until));
}
