import { canonicalBytes, type Json, type JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";

/** Largest data message, in canonical bytes. Attachments are not in it, only their digests. */
export const MAX_MESSAGE_BYTES = 512 << 10;
/** What metadata, faces and attachment digests add to the business data at most. */
const OVERHEAD_BYTES = 24 << 10;
const LIMIT = MAX_MESSAGE_BYTES - OVERHEAD_BYTES;

/** Refuses data that are too long (`TOO_LARGE`) by counting no further than the limit, before anything else is done with them. */
export function requireDataSize(data: JsonObject): void {
  let bytes = 0;
  const open: Json[] = [data];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    bytes += 1;
    if (typeof value === "string") bytes += Buffer.byteLength(value);
    else if (Array.isArray(value)) {
      for (const member of value) open.push(member);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        bytes += Buffer.byteLength(key);
        open.push(member);
      }
    }
    if (bytes > LIMIT) throw tooLong("at least ", bytes);
  }
}

/** Refuses an order whose canonical form is too long: `TOO_LARGE`. */
export function requireOrderSize(order: object): void {
  const bytes = canonicalBytes(order).length;
  if (bytes > LIMIT) throw tooLong("", bytes);
}

function tooLong(more: string, bytes: number): Refusal {
  const message = `the order has ${more}${bytes} bytes without attachments, at most ${LIMIT} are allowed`;
  return new Refusal("TOO_LARGE", message, {
    fields: [
      {
        field: "order.data",
        description: `${more}${bytes} bytes`,
        remedy: "hand in long content as attachments",
        localized: `订单（不含附件）有${bytes}字节，最多${LIMIT}字节，请将较长内容改为附件`,
      },
    ],
    metadata: { bytes: String(bytes), limit: String(LIMIT) },
  });
}
