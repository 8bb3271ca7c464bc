import type { SetAside } from "../../event/set-aside.ts";
import { contentOf } from "../../event/set-aside-row.ts";

/** Lets what was set aside of a stream be tried again by `take`, which gets the message as it came, and the key of its row. */
export function retryMessages(
  setAside: SetAside,
  source: string,
  take: (data: Uint8Array, key: string) => Promise<void>,
): void {
  setAside.onRetry("inbox", source, (row) => take(contentOf(row), row.key));
}
