import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** The list of nodes' keys that the province signed, for agents: they judge it by the province's key. */
export interface NodeKeyListSource {
  /** The last one that came; waits for the first answer. Resolves to `undefined` where none could be had yet. */
  current(): Promise<Uint8Array | undefined>;
}

/** The list is asked for again after so long; after a failure sooner. */
const FRESH_MS = 600_000;
const RETRY_MS = 30_000;
const TIMEOUT_MS = 5_000;

/** Opens the list over this node's own sync service, which passes it on. */
export function openNodeKeyList({ client, log, now }: Runtime): NodeKeyListSource {
  const statuses = client(StatusService, "sync");
  let last: Uint8Array | undefined;
  let askAgainAt = 0;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      const { keys } = await statuses.getNodeKeys({}, { timeoutMs: TIMEOUT_MS });
      askAgainAt = now().getTime() + FRESH_MS;
      // The same list stays the same object: streams send what is another.
      if (!last || Buffer.compare(last, keys) !== 0) last = keys;
    } catch (error) {
      askAgainAt = now().getTime() + RETRY_MS;
      log.warn(
        { cause: String(error) },
        "the list of nodes' keys cannot be had now; agents judge QR texts by what they hold",
      );
    }
  }

  return {
    async current() {
      if (now().getTime() >= askAgainAt) {
        asking ??= ask().finally(() => {
          asking = undefined;
        });
      }
      if (last === undefined) await asking;
      return last;
    },
  };
}
