import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Division, DivisionSchema } from "../../../proto/gen/ecert/governance/v1/division_pb.ts";
import { isCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { type DivisionPeriod, periodOn } from "../../domain/division-history.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { DivisionDocument } from "./division-record.ts";

/** A division as the contract shows it, as it was on a day; `undefined` where it was not there. */
export function divisionView(document: DivisionDocument, day: string): Division | undefined {
  const { code, parent, periods, body, source, sourceDate } = document;
  const period = periodOn(periods, day);
  if (!period) return undefined;
  return create(DivisionSchema, {
    ...{ code, parentCode: parent, ...periodView(period), bodyCode: body },
    ...{ periods: periods.map(periodView), source, sourceDate },
  });
}

function periodView({ name, from, until, successor }: DivisionPeriod) {
  return { name, from, until, successorCode: successor } satisfies MessageInitShape<typeof DivisionSchema>;
}

/** The day of a request: today where it names none. Refuses (`INVALID_FIELD`) one that the calendar does not have. */
export function dayOf(day: string, now: Date): string {
  if (day === "") return shanghaiDay(now);
  if (isCivilDate(day)) return day;
  const localized = "不是有效日期，应为yyyy-MM-dd";
  throw refuseField("INVALID_FIELD", "day", "is no day of the calendar", "write yyyy-MM-dd", localized);
}
