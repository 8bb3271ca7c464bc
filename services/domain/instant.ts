/*
 * Times that somebody else wrote. `new Date(text)` and `Date.parse` read one without a zone in the zone of the host, so that the same
 * document would be judged differently from host to host: texts are read here and nowhere else (`test/instants.test.ts`).
 */

const FORM =
  /^(\d{4})([-/]?)(\d\d)\2(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?\s?(?:(Z|GMT|UTC)|([+-])(\d\d):?(\d\d))?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const SHANGHAI_MINUTES = 480;

/**
 * Milliseconds since 1970 of a time as RFC 3339 and the programs in the field write it: `2026-01-31T08:00:00+08:00`,
 * `2026-01-31 08:00:00`, `20260131080000Z`. One without a zone is of Asia/Shanghai, whatever zone the host has. Fractions are cut off
 * behind the millisecond. `NaN` where the text is no time of the calendar (a day alone is none).
 */
export function instantOf(text: string | undefined): number {
  const match = FORM.exec(text ?? "");
  if (match === null) return Number.NaN;
  const [, year, , month, day, hour, minute, second, fraction = "", utc, sign, hours = "0", minutes = "0"] = match;
  const [h, m] = [Number(hours), Number(minutes)];
  if (h > 23 || m > 59) return Number.NaN;
  const written = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [y, month1, ...rest] = written;
  const wall = new Date(Date.UTC(y, month1 - 1, ...rest));
  // What rolls over (31 February, 24 h) reads back differently.
  const same = wall.toISOString().replace(/\D/g, "").slice(0, 14) === [year, month, day, hour, minute, second].join("");
  if (!same) return Number.NaN;
  const away = utc !== undefined ? 0 : sign === undefined ? SHANGHAI_MINUTES : (sign === "-" ? -1 : 1) * (h * 60 + m);
  return wall.getTime() + Number(fraction.padEnd(3, "0").slice(0, 3)) - away * 60_000;
}

/** Whether a text is a time as contracts want it: RFC 3339, of the calendar, and with its zone. */
export function isInstant(text: string): boolean {
  return RFC3339.test(text) && !Number.isNaN(instantOf(text));
}
