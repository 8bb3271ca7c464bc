import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { DATA, type Peer, RECEIPT } from "../wire/topology.ts";

/** Something that came from a peer and was not applied, as versions before the list of what is set aside kept it. */
interface Quarantined extends Stored {
  peer?: string;
  why?: string;
  /** Base64; absent where it was large. */
  content?: string;
}

export const QUARANTINE: CollectionSpec = { name: "quarantine", indexes: [{ name: "peer", fields: ["peer", "at"] }] };
const PAGE = 100;

/** Moves what an earlier version kept in quarantine to what is set aside, where it is shown and can be tried again. */
export async function moveQuarantined({ store, setAside }: Runtime, peers: readonly Peer[]): Promise<void> {
  const collection = await store.collection<Quarantined>(QUARANTINE);
  for (let moved = true; moved; ) {
    const { items } = await collection.query({ index: "peer", limit: PAGE });
    moved = false;
    for (const { _id: key, revision, peer = "", why = "", content } of items) {
      const stream = peers.find(({ node }) => node === peer)?.incoming.stream ?? "quarantine";
      // The one sentence under which receipts were kept; everything else was an event.
      const source = `${stream}/${why.includes("receipt") ? RECEIPT : DATA}`;
      const bytes = typeof content === "string" ? { content: Buffer.from(content, "base64") } : {};
      await setAside.put({
        place: "inbox",
        source,
        node: peer,
        key,
        reason: "SIGNATURE_INVALID",
        detail: why,
        ...bytes,
      });
      moved = (await collection.remove(key, revision)) || moved;
    }
  }
}
