import type { EventGroup, ReceiptGroup } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { Refusal } from "../../domain/refusal.ts";

/** What one message holds at most: all of it is dealt with side by side. */
export const GROUP_LIMITS = { events: 64, pieces: 512, receipts: 256 } as const;

/** Throws `TOO_LARGE` where a message holds more than it may. */
export function requireGroup(group: Pick<EventGroup, "events" | "pieces"> | Pick<ReceiptGroup, "receipts">): void {
  for (const [member, most] of Object.entries(GROUP_LIMITS)) {
    const held: unknown[] = Object.entries(group).find(([name]) => name === member)?.[1] ?? [];
    if (held.length > most)
      throw new Refusal("TOO_LARGE", `a message with ${held.length} ${member}: at most ${most} go by one`);
  }
}
