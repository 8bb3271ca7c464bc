const CLOCK = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai",
  dateStyle: "short",
  timeStyle: "short",
});

/** A time (RFC 3339) to the minute, Asia/Shanghai; a text that is none as it is. */
export function timeText(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : CLOCK.format(at);
}
