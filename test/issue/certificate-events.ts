import type { Client } from "@connectrpc/connect";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import type { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";

/** Events of certificates that wait at an issue service; hours that were counted are told in the same list. */
export async function certificateEvents({ outbox }: { outbox: Client<typeof OutboxService> }) {
  const { events } = await outbox.listPendingEvents({});
  return events.filter(({ kind }) => kind === EventKind.CERTIFICATE_CHANGED);
}
