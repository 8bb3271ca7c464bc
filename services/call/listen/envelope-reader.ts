import { Refusal } from "../../domain/refusal.ts";
import { decompress } from "../request/decompress.ts";
import { COMPRESSED, EnvelopeMeter } from "../request/envelope-meter.ts";
import type { ConnectBody } from "./connect-request.ts";
import { MessageBuffer } from "./message-buffer.ts";

interface Whole {
  bytes: Buffer;
  compressed: boolean;
  /** What the account holds for it. */
  size: number;
}

/** The messages in the envelopes of a body, decompressed; the next is read when it is asked for. */
export async function* messagesOf(body: ConnectBody, encoding: string, limit: number): AsyncGenerator<Buffer> {
  const { account, chunks } = body;
  const whole: Whole[] = [];
  const message = new MessageBuffer(limit);
  const meter = new EnvelopeMeter(limit, account, {
    piece: (bytes) => message.append(bytes),
    message(flags, size) {
      if (flags & ~COMPRESSED)
        throw new Refusal("INVALID_FIELD", `the call has an envelope with unknown flags (${flags})`);
      whole.push({ bytes: message.take(), compressed: (flags & COMPRESSED) !== 0, size });
    },
  });
  for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) {
    meter.take(chunk);
    for (let next = whole.shift(); next; next = whole.shift()) {
      yield next.compressed ? await decompress(next.bytes, encoding, limit) : next.bytes;
      account.served(next.size);
    }
  }
  if (!meter.idle) throw new Refusal("INVALID_FIELD", "the call ended in the middle of a message");
}
