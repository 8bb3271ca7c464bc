import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { createFlight } from "../../base/single-flight.ts";
import type { Runtime } from "../../node/runtime.ts";

/** The list of nodes' keys that the province signed, for agents: they judge it by the province's key. */
export interface NodeKeyListSource {
  /** The last one that came; waits for the first answer. Resolves to `undefined` where none could be had yet. */
  current(): Promise<Uint8Array | undefined>;
}

/** The list is asked for again after so long; after a failure sooner. */
const FRESH_MS = 600_000;
const RETRY_MS = 30_000;
const TIMEOUT_MS = 5_000;

/** Opens the list over this node's own sync service, which passes it on. That it cannot be had is told in the log once, until it can. */
export function openNodeKeyList({ client, log, monotonic }: Runtime): NodeKeyListSource {
  const statuses = client(StatusService, "sync");
  let last: Uint8Array | undefined;
  let askAgainAt = 0;
  const asking = createFlight(ask);
  let away = false;

  async function ask(): Promise<void> {
    try {
      const { keys } = await statuses.getNodeKeys({}, { timeoutMs: TIMEOUT_MS });
      askAgainAt = monotonic() + FRESH_MS;
      away = false;
      // The same list stays the same object: streams send what is another.
      if (keys.length > 0 && (!last || Buffer.compare(last, keys) !== 0)) last = keys;
    } catch (error) {
      askAgainAt = monotonic() + RETRY_MS;
      if (!away)
        log.warn({ cause: String(error) }, "no list of nodes' keys now; agents judge QR texts by what they hold");
      away = true;
    }
  }

  return {
    async current() {
      if (monotonic() >= askAgainAt) void asking.run();
      if (last === undefined) await asking.running;
      return last;
    },
  };
}
