import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { type MadeAnew, openMadeAnew } from "../facts/made-anew.ts";

/** Numbers by what was counted: {@link cellKey} and how many. */
export type Cells = Readonly<Record<string, number>>;

/** What was counted of a department in a month, by day; follows from events alone, and can be made anew from them at any time. */
export interface MonthDocument extends Stored {
  owner: string;
  department: string;
  division: string;
  /** `yyyy-MM` */
  month: string;
  /** By day of the month, `01`. */
  days: Readonly<Record<string, Cells>>;
}

/** What was counted of a department on a day, by hour. */
export interface DayDocument extends Stored {
  owner: string;
  department: string;
  division: string;
  /** `yyyy-MM-dd` */
  day: string;
  /** By hour of Asia/Shanghai, `09`. */
  hours: Readonly<Record<string, Cells>>;
}

export const MONTHS: CollectionSpec = {
  name: "supervision_months",
  indexes: [
    { name: "owners", fields: ["owner", "month"] },
    { name: "departments", fields: ["department", "division", "month"] },
    { name: "divisions", fields: ["month", "division"] },
  ],
};

export const DAYS: CollectionSpec = {
  name: "supervision_days",
  indexes: [
    { name: "owners", fields: ["owner", "day"] },
    { name: "departments", fields: ["department", "division", "day"] },
    { name: "divisions", fields: ["day", "division"] },
  ],
};

/** What one number counts. */
export interface CellName {
  /** `issued`; `verified`, `extracted`, `fetched`, `presented`; `refused_use`, `refused_make`. */
  action: string;
  /** Reason of a refusal; of what was issued the day of its decision, where that is another one. */
  reason: string;
  item: string;
  matter: string;
}

/** The key of a number. Tabs are in no text that anybody may send. */
export function cellKey({ action, reason, item, matter }: CellName): string {
  return [action, reason, item, matter].join("\t");
}

/** What a key counts. */
export function cellName(key: string): CellName {
  const [action = "", reason = "", item = "", matter = ""] = key.split("\t");
  return { action, reason, item, matter };
}

/** Opens the months. One that cannot be read is set aside (place `store`), and made anew with the next event of its department in that month. */
export function openMonths(runtime: Pick<Runtime, "store" | "setAside">): Promise<MadeAnew<MonthDocument>> {
  return openMadeAnew(runtime, MONTHS, ({ owner, department, division, month, days }) =>
    requireSound([owner, department, division, month], days),
  );
}

/** Opens the days, as the months are. */
export function openDays(runtime: Pick<Runtime, "store" | "setAside">): Promise<MadeAnew<DayDocument>> {
  return openMadeAnew(runtime, DAYS, ({ owner, department, division, day, hours }) =>
    requireSound([owner, department, division, day], hours),
  );
}

function requireSound(texts: readonly unknown[], parts: unknown): void {
  const sound = typeof parts === "object" && parts !== null && !Array.isArray(parts);
  const numbers = sound ? Object.values(parts).flatMap((cells) => Object.values(cells ?? { none: "" })) : [];
  if (sound && texts.every((text) => typeof text === "string") && numbers.every(Number.isSafeInteger)) return;
  throw new Refusal("RECORD_UNREADABLE", "what was counted lacks members or has wrong ones");
}
