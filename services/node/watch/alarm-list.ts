import { create } from "@bufbuild/protobuf";
import {
  AlarmKind,
  type Alarm as AlarmMessage,
  AlarmSchema,
  type GetNodeRequest,
  Urgency,
} from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { type Alarm, alarmTexts } from "../../domain/alarm.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { Page } from "../../store/port.ts";

/** Alarms of one answer at most. */
export const MOST_ALARMS = 1_000;

/** An alarm, and the service that tells it; empty: the process as a whole. */
export interface ToldAlarm extends Alarm {
  readonly service: string;
}

/** Remembers since when alarms are there of which nothing durable tells that. */
export interface AlarmMemory {
  /** All alarms as the contract has them; what is not among them is forgotten. */
  view(alarms: readonly ToldAlarm[], at: Date): AlarmMessage[];
}

/** Creates an empty memory. */
export function createAlarmMemory(): AlarmMemory {
  let seen: ReadonlyMap<string, string> = new Map();
  return {
    view(alarms, at) {
      const keyOf = ({ service, kind, subject }: ToldAlarm) => JSON.stringify([service, kind, subject]);
      const now = at.toISOString();
      seen = new Map(alarms.map((one) => [keyOf(one), seen.get(keyOf(one)) ?? now]));
      return alarms.slice(0, MOST_ALARMS).map((one) => {
        const { cause, remedy } = alarmTexts(one);
        return create(AlarmSchema, {
          kind: AlarmKind[one.kind],
          urgency: one.urgent ? Urgency.NOW : Urgency.SOON,
          subject: one.subject,
          since: one.since ?? seen.get(keyOf(one)) ?? now,
          cause: cause[1],
          remedy: remedy[1],
          localizedCause: cause[0],
          localizedRemedy: remedy[0],
          service: one.service,
        });
      });
    },
  };
}

/** What is urgent first, then what began first. */
export function inOrder(alarms: readonly AlarmMessage[]): AlarmMessage[] {
  return alarms.toSorted(
    (one, other) => one.urgency - other.urgency || (one.since < other.since ? -1 : Number(one.since > other.since)),
  );
}

/** A page of the alarms that are asked for, as {@link inOrder} has them. Throws `INVALID_FIELD` for a token that no page has given. */
export function alarmsOf(
  all: readonly AlarmMessage[],
  { pageSize, pageToken, urgency, search }: Pick<GetNodeRequest, "pageSize" | "pageToken" | "urgency" | "search">,
): Page<AlarmMessage> {
  const wanted = all.filter(
    (one) =>
      (urgency === Urgency.UNSPECIFIED || one.urgency === urgency) &&
      holdsPart(search, [one.cause, one.localizedCause, one.subject, one.service]),
  );
  return orderedAmong(
    wanted,
    { limit: pageSize || MOST_ALARMS, after: pageToken },
    {
      orderBy: "care",
      keys: { care: ({ urgency: soon, since }) => `${soon} ${since}` },
      idOf: ({ service, kind, subject }) => JSON.stringify([service, kind, subject]),
    },
  );
}
