import { formatShanghaiTime } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import type { Both } from "../text/texts.ts";

/** A time as people here read it, of China whatever the clock of the machine: `2026-11-24 09:05`. Empty where there is none. */
export function timeText(rfc3339: string): string {
  const instant = instantOf(rfc3339);
  return Number.isNaN(instant) ? "" : formatShanghaiTime(new Date(instant)).slice(0, 16).replace("T", " ");
}

/** The same with its seconds, where one thing is told from another by them: `2026-11-24 09:05:31`. */
export function secondText(rfc3339: string): string {
  const instant = instantOf(rfc3339);
  return Number.isNaN(instant) ? "" : formatShanghaiTime(new Date(instant)).slice(0, 19).replace("T", " ");
}

/** Minutes, hours or days that have passed since a time, in words. */
export function agoText(rfc3339: string, now: Date): Both {
  const minutes = Math.max(0, Math.floor((now.getTime() - instantOf(rfc3339)) / 60_000));
  if (!(minutes >= 1)) return ["刚刚", "just now"];
  if (minutes < 60) return [`${minutes} 分钟`, `${minutes} min`];
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return [`${hours} 小时`, `${hours} h`];
  const days = Math.floor(hours / 24);
  const rest = hours % 24;
  return rest === 0 ? [`${days} 天`, `${days} d`] : [`${days} 天 ${rest} 小时`, `${days} d ${rest} h`];
}
