/*
 * Times that somebody else wrote. `new Date(text)` and `Date.parse` read one without a zone in the zone of the host, so that the same
 * document would be judged differently from host to host: texts are read here and nowhere else (`test/instants.test.ts`).
 */

const FORM =
  /^(\d{4})([-/]?)(\d\d)\2(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?\s?(?:(Z|GMT|UTC)|([+-])(\d\d):?(\d\d))?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const UTC_MILLISECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const SHANGHAI_MINUTES = 480;
const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970 of a time as RFC 3339 and the programs in the field write it: `2026-01-31T08:00:00+08:00`,
 * `2026-01-31 08:00:00`, `20260131080000Z`. One without a zone is of Asia/Shanghai, whatever zone the host has. Fractions are cut off
 * behind the millisecond. `NaN` where the text is no time of the calendar (a day alone is none).
 */
export function instantOf(text: string | undefined): number {
  // As this platform writes them: they are read several times in each call, and need no match that has to be thrown away.
  if (text !== undefined && UTC_MILLISECONDS.test(text)) return utcOf(text);
  const match = FORM.exec(text ?? "");
  if (match === null) return Number.NaN;
  const [, year, , month, day, hour, minute, second, fraction = "", utc, sign, hours = "0", minutes = "0"] = match;
  const [zoneHours, zoneMinutes] = [Number(hours), Number(minutes)];
  if (zoneHours > 23 || zoneMinutes > 59) return Number.NaN;
  const wall = wallTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  const away =
    utc !== undefined
      ? 0
      : sign === undefined
        ? SHANGHAI_MINUTES
        : (sign === "-" ? -1 : 1) * (zoneHours * 60 + zoneMinutes);
  return wall + Number(fraction.padEnd(3, "0").slice(0, 3)) - away * 60_000;
}

/** The instant so many days behind another one. */
export function daysBehind(at: Date, days: number): Date {
  return new Date(at.getTime() + days * DAY_MS);
}

/** `2026-01-31T08:00:00.000Z`, and nothing of another form. */
function utcOf(text: string): number {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  return wallTime(year, month, day, hour, minute, second) + digits(text, 20, 23);
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let place = from; place < to; place++) value = value * 10 + text.charCodeAt(place) - 48;
  return value;
}

function wallTime(y: number, mo: number, d: number, h: number, mi: number, s: number): number {
  const wall = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  // What rolls over (31 February, 24 h) reads back differently.
  const same =
    wall.getUTCFullYear() === y &&
    wall.getUTCMonth() === mo - 1 &&
    wall.getUTCDate() === d &&
    wall.getUTCHours() === h &&
    wall.getUTCMinutes() === mi &&
    wall.getUTCSeconds() === s;
  return same ? wall.getTime() : Number.NaN;
}

/** Whether a text is a time as contracts want it: RFC 3339, of the calendar, and with its zone. */
export function isInstant(text: string): boolean {
  return RFC3339.test(text) && !Number.isNaN(instantOf(text));
}

/** Whether a value is a time as the province's lists have it: RFC 3339, in UTC to the millisecond, so that texts sort by time. */
export function isUtcInstant(value: unknown): value is string {
  return typeof value === "string" && UTC_MILLISECONDS.test(value) && !Number.isNaN(instantOf(value));
}
