import { Refusal } from "../../domain/refusal.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { SetAside } from "../../event/set-aside.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../store/port.ts";
import { isCount, isDigest } from "../wire/signed-event.ts";
import type { EventProof } from "./event-proof.ts";

/** How far this node has got with a peer's numbers. `_id` is the peer's node. */
export interface IncomingPosition extends Stored {
  /** Every number up to this one was applied. */
  through: number;
  /** Digest of the event with that number; `FIRST_PREVIOUS` where it is not known. */
  digest: string;
  /** Applied beyond a gap: number, digest, digest of the event before. */
  beyond: [number, string, string][];
  gaps: number;
  /** What proves the highest number. Absent: a version that kept none has applied it. */
  proof?: EventProof;
  /** When an event was last applied, RFC 3339. Absent: a version that kept none has applied it. */
  appliedAt?: string;
}

export const INCOMING: CollectionSpec = { name: "incoming", indexes: [] };

/** The stored position of a peer. */
export interface PositionRow {
  collection: Collection<IncomingPosition>;
  /** What is stored, as far as it can be read. */
  position: IncomingPosition | undefined;
  /** Revision of what is stored, also where it cannot be read. */
  revision: number | undefined;
}

/** Reads the position of a peer. One that cannot be read is set aside (place `store`). */
export async function readPosition(store: Store, setAside: SetAside, peer: string): Promise<PositionRow> {
  const collection = await store.collection<IncomingPosition>(INCOMING);
  const positions = createRowReader({
    setAside,
    place: "store",
    source: INCOMING.name,
    collection,
    nodeOf: ({ _id }) => _id,
    read: requirePosition,
  });
  const { stored, row: position } = await positions.at(peer);
  return { collection, position, revision: stored?.revision };
}

/** Whether a stored position can be read. */
export function isPosition({ through, digest, beyond, gaps, appliedAt = "" }: IncomingPosition): boolean {
  return (
    [through, gaps].every(isCount) &&
    isDigest(digest) &&
    typeof appliedAt === "string" &&
    Array.isArray(beyond) &&
    beyond.every((one) => Array.isArray(one) && isCount(one[0]) && isDigest(one[1]) && isDigest(one[2]))
  );
}

function requirePosition(stored: IncomingPosition): IncomingPosition {
  if (isPosition(stored)) return stored;
  throw new Refusal("RECORD_UNREADABLE", "the position of a peer's numbers lacks members or has wrong ones");
}
