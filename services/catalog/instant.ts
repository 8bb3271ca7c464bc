import { refuseField } from "../domain/refusal.ts";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** A time that came from a caller (RFC 3339), in UTC to the millisecond: so they compare as texts. Refuses (`INVALID_FIELD`) others. */
export function instant(field: string, text: string): string {
  const time = INSTANT.test(text) ? new Date(text) : undefined;
  // What the calendar does not have (30 February), a Date turns into another day.
  const offset = /[+-]\d\d:\d\d$/.exec(text)?.[0];
  const shown = time && !Number.isNaN(time.getTime()) ? shifted(time, offset) : "";
  if (time && shown.slice(0, 19) === text.slice(0, 19)) return time.toISOString();
  throw refuseField("INVALID_FIELD", field, `${text} is no time`, "write it as 2026-01-31T08:00:00Z (RFC 3339)");
}

function shifted(time: Date, offset: string | undefined): string {
  const [hours = 0, minutes = 0] = (offset ?? "").slice(1).split(":").map(Number);
  const sign = offset?.startsWith("-") ? -1 : 1;
  return new Date(time.getTime() + sign * (hours * 60 + minutes) * 60_000).toISOString();
}
