import { Refusal } from "../../domain/refusal.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { Runtime } from "../../node/runtime.ts";
import { STANDINGS } from "../../node/standing-name.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { LEVEL, type Verdict } from "./standing-judgement.ts";

/** That this node is behind a peer. `_id` is the peer's node. */
interface StoredStanding extends Stored, Verdict {
  /** RFC 3339. */
  since: string;
}

export const STANDING: CollectionSpec = { name: "standing", indexes: [] };

/**
 * Remembers that this node is behind a peer until it was brought forward: what it applies meanwhile would soon hide it from a
 * comparison. A copy that replaces this one does not hold the memory.
 */
export interface KeptStanding {
  readonly verdict: Verdict;
  keep(verdict: Verdict): Promise<void>;
  /**
   * Takes over what another process of this node has kept or forgotten since. Returns whether it has forgotten what was kept here: it has
   * brought the node forward.
   */
  look(): Promise<boolean>;
  /** The node was brought forward. */
  forget(): Promise<void>;
}

/** Opens the memory for one peer. What cannot be read is set aside (place `store`) and counts as absent. */
export async function openKeptStanding({ store, setAside, now }: Runtime, peer: string): Promise<KeptStanding> {
  const collection = await store.collection<StoredStanding>(STANDING);
  const reader = createRowReader<StoredStanding, Verdict>({
    setAside,
    place: "store",
    source: STANDING.name,
    collection,
    nodeOf: ({ _id }) => _id,
    read: readVerdict,
  });
  let verdict = LEVEL;
  async function look(): Promise<boolean> {
    const { stored, row } = await reader.at(peer);
    const before = verdict;
    verdict = stored ? (row ?? before) : LEVEL;
    return stored === undefined && before !== LEVEL;
  }
  await look();

  return {
    look,
    get verdict() {
      return verdict;
    },
    async keep(next) {
      if (next.standing === verdict.standing) return;
      const before = await collection.get(peer);
      // Where another process of this node was first, it has found it, too.
      await compareAndSet(collection, before, { _id: peer, revision: 1, ...next, since: now().toISOString() });
      verdict = next;
    },
    async forget() {
      for (let found = await collection.get(peer); found; found = await collection.get(peer))
        await collection.remove(peer, found.revision);
      verdict = LEVEL;
    },
  };
}

function readVerdict({ standing, detail }: StoredStanding): Verdict {
  if (STANDINGS.includes(standing) && typeof detail === "string") return { standing, detail };
  throw new Refusal("RECORD_UNREADABLE", "where this node stands against a peer lacks members or has wrong ones");
}
