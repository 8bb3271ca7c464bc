import type { Outgoing, OutgoingParts } from "./outgoing.ts";
import { createOutgoingRows, OUTGOING, type OutgoingRow } from "./outgoing-rows.ts";
import { PeerOutgoing } from "./peer-outgoing.ts";

/** More than any process gives while another is between two steps of giving one; beyond, that one finds it afterwards. */
const KEPT = 1_024;

/** Opens the numbers of a peer. */
export async function openOutgoing({
  store,
  setAside,
  now,
  node,
  peer,
  kept = KEPT,
}: OutgoingParts): Promise<Outgoing> {
  const collection = await store.collection<OutgoingRow>(OUTGOING);
  const rows = createOutgoingRows(collection, setAside, peer);
  return new PeerOutgoing({ collection, rows, node, peer, now, kept }, await rows.newest());
}
