/** Days and times as people here read them: of China, whatever the clock of the machine. */
const ZONE = "Asia/Shanghai";
const TIME = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short" });

/** `2026-11-24 09:05`; empty where there is no time. */
export function timeText(rfc3339: string): string {
  return rfc3339 === "" ? "" : TIME.format(new Date(rfc3339));
}

/** The day of a time in China, `2026-11-24`. */
export function dayOf(time: Date): string {
  return DAY.format(time);
}

/** Minutes, hours or days that have passed, in words: [Chinese, English]. */
export function agoText(rfc3339: string, now: Date): readonly [string, string] {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(rfc3339)) / 60_000));
  if (minutes < 1) return ["刚刚", "just now"];
  if (minutes < 60) return [`${minutes} 分钟`, `${minutes} min`];
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return [`${hours} 小时`, `${hours} h`];
  const days = Math.floor(hours / 24);
  const rest = hours % 24;
  return rest === 0 ? [`${days} 天`, `${days} d`] : [`${days} 天 ${rest} 小时`, `${days} d ${rest} h`];
}
