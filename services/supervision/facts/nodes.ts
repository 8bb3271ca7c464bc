import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { listOf } from "../../store/pages-of.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** Since when a node is known here, and when it told something last; `_id` is its code. */
export interface NodeDocument extends Stored {
  node: string;
  /** When the last event of it came, RFC 3339, UTC. Empty: none did, and all that is known of it was brought over. */
  lastEventAt: string;
  /** Since when what it tells is counted here, RFC 3339, UTC. Absent: since before that was kept. */
  since?: string;
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
  /** Something of a node was brought over, that may never have told anything. */
  known(node: string): Promise<void>;
  /** Nodes that have been silent for three hours, with when they were heard last. */
  silent(): Promise<SilentNode[]>;
  /** Nodes of which less is known for days before the one that is told, where that lies behind `day`. */
  knownAfter(day: string): Promise<KnownSince[]>;
  /** All nodes. */
  all(): Promise<NodeDocument[]>;
}

/** A node that tells nothing, and when it last did. */
export type SilentNode = Pick<NodeDocument, "node" | "lastEventAt">;

/** A node, and the day of Asia/Shanghai since which all that happens there is counted. */
export interface KnownSince {
  node: string;
  day: string;
}

/** Opens the nodes. */
export async function openNodes({ store, setAside, now }: Pick<Runtime, "store" | "setAside" | "now">): Promise<Nodes> {
  const stored = await store.collection<NodeDocument>(NODES);
  const check = ({ node, lastEventAt, since }: NodeDocument) => {
    const times = [lastEventAt === "" ? "" : String(lastEventAt), since ?? ""];
    const sound = times.every((time) => time === "" || !Number.isNaN(instantOf(String(time))));
    if (typeof node === "string" && typeof lastEventAt === "string" && sound) return;
    throw new Refusal("RECORD_UNREADABLE", "the time of a node lacks members or has wrong ones");
  };
  const collection = guardedCollection({ collection: stored, setAside, place: "store", source: NODES.name, check });
  const told = new Map<string, number>();
  const all = () => listOf(collection, { index: "all" });
  return {
    async heard(node) {
      const at = now();
      if (at.getTime() - (told.get(node) ?? 0) < STORED_EVERY_MS) return;
      told.set(node, at.getTime());
      const lastEventAt = at.toISOString();
      // As it is stored: what cannot be read there is written over.
      await changeStored(stored, node, (old) =>
        old && old.lastEventAt >= lastEventAt ? old : heardOf(node, old, lastEventAt),
      );
    },
    async known(node) {
      if (told.has(node)) return;
      await changeStored(stored, node, (old) => old ?? { ...heardOf(node, old, now().toISOString()), lastEventAt: "" });
    },
    async silent() {
      const before = now().getTime() - SILENT_MS;
      return (await all())
        .filter(({ lastEventAt, since = "" }) => instantOf(lastEventAt === "" ? since : lastEventAt) < before)
        .map(({ node, lastEventAt }) => ({ node, lastEventAt }));
    },
    async knownAfter(day) {
      return (await all())
        .flatMap(({ node, since }) =>
          since === undefined ? [] : { node, day: shanghaiDay(new Date(instantOf(since))) },
        )
        .filter((known) => known.day > day);
    },
    all,
  };
}

/** A node that was heard: one that is new here is known since then. */
function heardOf(node: string, old: NodeDocument | undefined, lastEventAt: string): NodeDocument {
  const since = old ? old.since : lastEventAt;
  return { _id: node, revision: 1, node, lastEventAt, ...(since !== undefined && { since }) };
}
