import { type DivisionLevel, levelOf } from "./division.ts";

/** Levels at which certificates of an item are issued (颁发层级, 4.3.3), highest first, and what people call them. */
export const ISSUING_LEVELS = {
  province: "省级",
  city: "地市级",
  county: "县（市、区）级",
  township: "乡镇（街道）级",
} as const satisfies Partial<Record<DivisionLevel, string>>;

/** One of {@link ISSUING_LEVELS}. */
export type IssuingLevelName = keyof typeof ISSUING_LEVELS;

/** Whether a department that serves a division issues an item of these levels; none: every one does. A village is served by its town. */
export function isIssuedAt(levels: readonly IssuingLevelName[], division: string): boolean {
  if (levels.length === 0) return true;
  const level = levelOf(division);
  return levels.includes(level === "village" ? "township" : level);
}
