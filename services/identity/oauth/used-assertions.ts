import { pause } from "../../base/pause.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** An assertion that was used. `_id` is a digest of its app and id. */
interface UsedAssertion extends Stored {
  /** When it ends, RFC 3339: it need not be remembered beyond that. */
  ends: string;
}

export const ASSERTIONS: CollectionSpec = {
  name: "identity_assertions",
  indexes: [{ name: "ends", fields: ["ends"] }],
};

const SWEEP_EVERY_MS = 10 * 60_000;
const SWEPT_AT_ONCE = 500;

/** Assertions by which apps have proven themselves, in every process of the service. */
export interface UsedAssertions {
  /** Notes that an assertion was used; false where it was before. Durable when it resolves. */
  use(id: string, ends: Date): Promise<boolean>;
  /** Ends the sweeping. */
  close(): Promise<void>;
}

/** Opens the collection and sweeps it until the process stops. */
export async function openUsedAssertions(runtime: Runtime): Promise<UsedAssertions> {
  const stored = await runtime.store.collection<UsedAssertion>(ASSERTIONS);
  const closing = new AbortController();
  const ended = AbortSignal.any([runtime.signal, closing.signal]);
  const sweeping = sweep();
  return {
    use: (_id, ends) => insertNew(stored, { _id, revision: 1, ends: ends.toISOString() }),
    async close() {
      closing.abort();
      await sweeping;
    },
  };

  async function sweep(): Promise<void> {
    while (!ended.aborted) {
      try {
        const to = runtime.now().toISOString();
        const { items } = await stored.query({ index: "ends", to, limit: SWEPT_AT_ONCE });
        for (const { _id, revision } of items) await stored.remove(_id, revision);
        if (items.length === SWEPT_AT_ONCE) continue;
      } catch (error) {
        runtime.log.warn({ error: String(error) }, "old assertions could not be removed; trying again later");
      }
      await pause(SWEEP_EVERY_MS, ended, { ref: false });
    }
  }
}
