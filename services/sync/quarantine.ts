import { sha256Hex } from "../domain/canonical.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type CollectionSpec, DuplicateKey, type Stored } from "../store/port.ts";

/** Something that came from a peer and was not applied. `_id` is the SHA-256 of its bytes. */
interface Quarantined extends Stored {
  peer: string;
  why: string;
  /** RFC 3339. */
  at: string;
  /** Base64; absent where it is larger than {@link KEPT_BYTES}. */
  content?: string;
}

const QUARANTINE: CollectionSpec = { name: "quarantine", indexes: [{ name: "peer", fields: ["peer", "at"] }] };

const KEPT_BYTES = 256 << 10;

/** Where forged and damaged events go: kept with evidence, never applied, never answered with a receipt. */
export interface Quarantine {
  /** Puts bytes aside. The same bytes again change nothing. */
  put(peer: string, bytes: Uint8Array, why: string): Promise<void>;
  /** Things of a peer in quarantine. */
  count(peer: string): Promise<number>;
}

/** Opens the quarantine. */
export async function openQuarantine({ store, evidence, metrics, log, now }: Runtime): Promise<Quarantine> {
  const collection = await store.collection<Quarantined>(QUARANTINE);
  return {
    async put(peer, bytes, why) {
      const id = sha256Hex(bytes);
      metrics.count("quarantined_events", { peer });
      if (await collection.get(id)) return;
      log.warn({ peer, sha256: id, why }, "an event is put into quarantine");
      await evidence.append("event-quarantined", { peer, sha256: id, bytes: bytes.length, why });
      const content = bytes.length <= KEPT_BYTES ? { content: Buffer.from(bytes).toString("base64") } : {};
      try {
        await collection.insert({ _id: id, revision: 1, peer, why, at: now().toISOString(), ...content });
      } catch (error) {
        if (!(error instanceof DuplicateKey)) throw error;
      }
    },
    count: (peer) => collection.count("peer", [peer]),
  };
}
