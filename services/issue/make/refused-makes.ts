import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { Bell } from "../../base/bell.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { HOUR_INDEXES, type HourTally, openHourTally } from "../../event/hour-tally.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";

/** Refused makes, by hour and department. */
export const ISSUE_HOURS: CollectionSpec = { name: "issue_hours", indexes: HOUR_INDEXES };

/** Opens the count of refused makes. */
export function openRefusedMakes(
  runtime: Pick<Runtime, "store" | "setAside" | "log" | "now">,
  bell: Bell,
): Promise<HourTally> {
  return openHourTally({ spec: ISSUE_HOURS, runtime, bell, kind: EventKind.REFUSED_MAKES_COUNTED });
}

/** The same handler, whose refusals are counted for the department that called, with their reason and kind (4.7). */
export function countingRefusedMakes<Q extends { order?: { itemCode: string } | undefined }, A>(
  tally: HourTally,
  handler: (request: Q, call: CallContext) => Promise<A>,
): (request: Q, call: CallContext) => Promise<A> {
  return async (request, call) => {
    try {
      return await handler(request, call);
    } catch (error) {
      if (error instanceof Refusal && (call.caller.kind === "app" || call.caller.kind === "staff")) {
        const item = request.order?.itemCode ?? "";
        tally.count(appOf(call).department, { action: "refused_make", reason: error.reason, item });
      }
      throw error;
    }
  };
}
