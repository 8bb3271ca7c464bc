import { EventKind, type PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { takeRecord } from "../../registry/incoming-record.ts";
import type { AppRoom } from "../apps/app-room.ts";

/** 5.7.3: takes over apps of cities, at the province. */
export function applyEvent(room: AppRoom): Handlers<typeof InboxService>["applyEvent"] {
  return async ({ node, ...request }) => {
    const { kind, payload, key } = request.event as PendingEvent;
    if (kind !== EventKind.APP_CHANGED) {
      throw new Refusal("INVALID_FIELD", `the identity service keeps no events of kind ${kind}`);
    }
    return { changed: await takeRecord(room, node, payload, key) };
  };
}
