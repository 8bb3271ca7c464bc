import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SupervisionContext } from "../context.ts";
import { keepEvent } from "../intake/keep-event.ts";

/**
 * 4.7: keeps what an event tells, once, and has it counted. An event that cannot be read, or names days that there are not, is refused
 * (`INVALID_FIELD`, `DATA_INVALID`): its relay sets it aside.
 */
export function applyEvent(context: SupervisionContext): Handlers<typeof InboxService>["applyEvent"] {
  return async ({ node, event }) => {
    const changed = await keepEvent(context, node, event as PendingEvent);
    await context.nodes.heard(node);
    if (changed) context.bell.ring();
    return { changed };
  };
}
