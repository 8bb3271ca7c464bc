import { Refusal } from "../domain/refusal.ts";
import type { SetAside } from "../runtime/set-aside.ts";

/** Lets what was set aside of a stream be tried again by `take`, which gets the message as it came, and the key of its row. */
export function retryMessages(
  setAside: SetAside,
  source: string,
  take: (data: Uint8Array, key: string) => Promise<void>,
): void {
  setAside.onRetry("inbox", source, async ({ content, key }) => {
    if (content === undefined) {
      const message = "its content was not kept: its source sends it again, and it leaves the list once it is applied";
      throw new Refusal("STATE_CONFLICT", message);
    }
    await take(Buffer.from(content, "base64"), key);
  });
}
