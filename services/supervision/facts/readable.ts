import { isCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";

/** A social credit code, as owners are named with it. */
const CODE = /^[0-9A-Z]{18}$/;

/**
 * Reads an event of another node, whose word nothing vouches for. Whatever it throws is a refusal (`DATA_INVALID`), so that the relay sets the event
 * aside: an event that was kept and cannot be counted would hold up those of every node.
 */
export function readable<T>(what: string, reading: () => T): T {
  try {
    return reading();
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw unreadable(what, cause);
  }
}

/** Holds days that an event names, as far as it names any. Throws `DATA_INVALID`. */
export function requireDays(what: string, days: readonly (string | undefined)[]): void {
  for (const day of days) if (day && !isCivilDate(day)) throw unreadable(`a day of ${what}`);
}

/** Holds the code of a department. Throws `DATA_INVALID`. */
export function requireDepartmentCode(what: string, code: string): void {
  if (!CODE.test(code)) throw unreadable(`the department of ${what}`);
}

/** Holds an hour of Asia/Shanghai, `yyyy-MM-ddTHH`. Throws `DATA_INVALID`. */
export function requireHour(what: string, hour: string): void {
  if (!isCivilDate(hour.slice(0, 10)) || !/^T([01]\d|2[0-3])$/.test(hour.slice(10)))
    throw unreadable(`the hour of ${what}`);
}

/** The day of an event in Asia/Shanghai. Throws `DATA_INVALID`. */
export function dayOfEvent(occurredAt: string): string {
  return readable("the time of an event", () => shanghaiDay(new Date(instantOf(occurredAt))));
}

function unreadable(what: string, cause?: unknown): Refusal {
  return new Refusal("DATA_INVALID", `${what} is not as the contract has it`, {
    localizedDetail: "事件内容不符合接口定义，请由其来源节点更正后重新发送",
    ...(cause !== undefined && { cause }),
  });
}
