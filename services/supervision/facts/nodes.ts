import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { listOf } from "../../store/pages-of.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** When a node told something last; `_id` is its code. */
export interface NodeDocument extends Stored {
  node: string;
  /** When the last event of it came, RFC 3339, UTC. */
  lastEventAt: string;
}

export const NODES: CollectionSpec = { name: "supervision_nodes", indexes: [{ name: "all", fields: ["node"] }] };

/** Every node tells each hour that is over, whatever happened in it: one that tells nothing for so long, milliseconds, is cut off. */
export const SILENT_MS = 3 * 3_600_000;
/** A node's time is stored again after so long, not for each of its events. */
const STORED_EVERY_MS = 60_000;

/** Nodes, by when they told something last. */
export interface Nodes {
  /** An event of a node came. */
  heard(node: string): Promise<void>;
  /** Nodes that have been silent for three hours, with when they were heard last. */
  silent(): Promise<{ node: string; lastEventAt: string }[]>;
}

/** Opens the nodes. */
export async function openNodes({ store, setAside, now }: Pick<Runtime, "store" | "setAside" | "now">): Promise<Nodes> {
  const stored = await store.collection<NodeDocument>(NODES);
  const check = ({ node, lastEventAt }: NodeDocument) => {
    if (typeof node === "string" && !Number.isNaN(instantOf(String(lastEventAt)))) return;
    throw new Refusal("RECORD_UNREADABLE", "the time of a node lacks members or has wrong ones");
  };
  const collection = guardedCollection({ collection: stored, setAside, place: "store", source: NODES.name, check });
  const told = new Map<string, number>();
  return {
    async heard(node) {
      const at = now();
      if (at.getTime() - (told.get(node) ?? 0) < STORED_EVERY_MS) return;
      told.set(node, at.getTime());
      const lastEventAt = at.toISOString();
      // As it is stored: what cannot be read there is written over.
      await changeStored(stored, node, (old) =>
        old && old.lastEventAt >= lastEventAt ? old : { _id: node, revision: 1, node, lastEventAt },
      );
    },
    async silent() {
      const heard = await listOf(collection, { index: "all" });
      const before = now().getTime() - SILENT_MS;
      return heard
        .filter(({ lastEventAt }) => instantOf(lastEventAt) < before)
        .map(({ node, lastEventAt }) => ({ node, lastEventAt }));
    },
  };
}
