import type { Runtime } from "../../node/runtime.ts";
import { readNodeKeyList } from "../../statement/node-key-list.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** A published list of nodes' keys. */
export interface PublishedNodeKeys {
  bytes: Uint8Array;
  /** RFC 3339, UTC. */
  builtAt: string;
}

interface Kept extends Stored {
  builtAt: string;
  /** The list, base64. */
  content: string;
}

export const PUBLISHED: CollectionSpec = { name: "published", indexes: [] };
const ID = "node-keys";
/** Clocks of nodes differ by no more. */
const SKEW_MS = 300_000;

/** The last list of nodes' keys, over restarts: printed QR codes are judged by it while the province is away. */
export interface KeptNodeKeys {
  /**
   * Checks a list and keeps it; resolves to the newest one known, so that an old list of the province's never takes a newer one's
   * place. One that claims to be of a time to come, by a clock that was wrong, is not held on to. Throws what `readNodeKeyList` does where `publisher` has not signed it.
   */
  keep(bytes: Uint8Array): Promise<PublishedNodeKeys>;
  last(): Promise<PublishedNodeKeys | undefined>;
}

/** Opens what was kept of a publisher's lists; one of a former publisher counts for nothing. */
export async function openKeptNodeKeys(runtime: Runtime, publisher: string): Promise<KeptNodeKeys> {
  const collection = await runtime.store.collection<Kept>(PUBLISHED);
  const read = (bytes: Uint8Array): PublishedNodeKeys => {
    const verifies = (signed: Uint8Array, signature: Uint8Array) => runtime.verifyNode(publisher, signed, signature);
    return { bytes, builtAt: readNodeKeyList(bytes, publisher, verifies).builtAt };
  };
  const known = (stored: Kept | undefined): PublishedNodeKeys | undefined => {
    if (stored === undefined) return undefined;
    try {
      return read(Buffer.from(stored.content, "base64"));
    } catch {
      return undefined;
    }
  };
  return {
    async keep(bytes) {
      const fresh = read(bytes);
      const stored = await collection.get(ID);
      const last = known(stored);
      const soon = new Date(runtime.now().getTime() + SKEW_MS).toISOString();
      if (last !== undefined && last.builtAt >= fresh.builtAt && last.builtAt <= soon) return last;
      const content = Buffer.from(bytes).toString("base64");
      // Somebody else who was first has kept one as new: the next look tells.
      await compareAndSet(collection, stored, { _id: ID, revision: 1, builtAt: fresh.builtAt, content });
      return fresh;
    },
    last: async () => known(await collection.get(ID)),
  };
}
