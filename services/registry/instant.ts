import { instantOf, isInstant } from "../domain/instant.ts";
import { refuseField } from "../domain/refusal.ts";

/** A time that came from a caller (RFC 3339), in UTC to the millisecond: so they compare as texts. Refuses (`INVALID_FIELD`) others. */
export function instant(field: string, text: string): string {
  if (isInstant(text)) return new Date(instantOf(text)).toISOString();
  throw refuseField(
    "INVALID_FIELD",
    field,
    `${text} is no time`,
    "write it as 2026-01-31T08:00:00Z (RFC 3339)",
    `${text}不是时间，应如2026-01-31T08:00:00Z（RFC 3339）`,
  );
}
