import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { Bell } from "../../base/bell.ts";
import { HOUR_INDEXES, type HourTally, openHourTally } from "../../event/hour-tally.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";

/** Uses and refused uses, by hour and department. */
export const USE_HOURS: CollectionSpec = { name: "usage_hours", indexes: HOUR_INDEXES };

/** Opens the count of uses. */
export function openUseHours(
  runtime: Pick<Runtime, "store" | "setAside" | "log" | "now">,
  bell: Bell,
): Promise<HourTally> {
  return openHourTally({ spec: USE_HOURS, runtime, bell, kind: EventKind.USES_COUNTED });
}
