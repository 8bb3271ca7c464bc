import { requireCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf, isInstant } from "../../domain/instant.ts";
import { refuseField } from "../../domain/refusal.ts";

/** The day that was asked for; today where none was. Refused: `INVALID_FIELD` for one that is none. */
export function askedDay(day: string, now: Date): string {
  if (day === "") return shanghaiDay(now);
  requireCivilDate(day, "day");
  return day;
}

/** The time of knowledge that was asked for; see {@link askedInstant}. */
export function askedKnowledge(knownAt: string): string {
  return askedInstant(knownAt, "known_at");
}

/** A time that was asked for, as the store has times; empty where none was. Refused: `INVALID_FIELD`. */
export function askedInstant(text: string, field: string): string {
  if (text === "") return "";
  if (isInstant(text)) return new Date(instantOf(text)).toISOString();
  const remedy = "write RFC 3339 with its zone, for example 2026-01-31T08:00:00+08:00";
  throw refuseField("INVALID_FIELD", field, "is no time", remedy, "应为带时区的时间，例如2026-01-31T08:00:00+08:00");
}
