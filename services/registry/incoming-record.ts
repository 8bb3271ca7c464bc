import { Refusal } from "../domain/refusal.ts";
import { causeOf, contentOf, type SetAsideEntry } from "../event/set-aside-row.ts";
import { isProvince } from "../host/place.ts";
import type { Runtime } from "../node/runtime.ts";
import { applyRecord } from "./keep-record.ts";
import type { ReadRecord, RecordDocument, RecordRoom } from "./record.ts";

/** Reasons that may pass; what is refused for another is set aside. Whose a department is, another service may have to be asked. */
const PASSING: ReadonlySet<string> = new Set([
  ...["STORE_AWAY", "STORE_FULL", "OVERLOADED", "REVISION_CONFLICT"],
  ...["PEER_AWAY", "DEADLINE_EXCEEDED", "CANCELLED"],
]);

/**
 * 5.8.3: takes a record of another node over, at the province; resolves to whether it was new. `node` is who sent it: the record
 * counts for that node alone. It is held to the rules that it had to keep at home, and a key that is another node's is refused
 * (`ALREADY_EXISTS`). What is refused for good is set aside, for an operator to see and to try again.
 */
export async function takeRecord<D extends RecordDocument>(
  room: RecordRoom<D>,
  node: string,
  payload: Uint8Array,
  event: string,
): Promise<boolean> {
  const { setAside } = room.runtime;
  const place = placeOf(room);
  // Until it is read, an event is named as its sender named it.
  let entry: Pick<SetAsideEntry, "place" | "source" | "node" | "key"> = { ...place, node, key: event };
  try {
    requireSender(room.runtime, node);
    const read = room.terms.read(payload, node);
    entry = { ...place, node, key: room.terms.idOf(read.kind, node, read.key) };
    const isNew = await take(room, read);
    await setAside.cleared(entry);
    return isNew;
  } catch (error) {
    if (error instanceof Refusal && !PASSING.has(error.reason)) {
      await setAside.put({ ...entry, ...causeOf(error), content: payload });
    }
    throw error;
  }
}

/**
 * Lets an operator try again what was set aside: after the province has moved an owner, what was refused is taken. `handedOn` resolves to
 * `undefined` for whatever is kept here.
 */
export function retryRecords<D extends RecordDocument>(
  room: RecordRoom<D>,
  handedOn: (node: string, payload: Uint8Array) => Promise<boolean | undefined> = async () => undefined,
): void {
  const { place, source } = placeOf(room);
  room.runtime.setAside.onRetry(place, source, async (row) => {
    const payload = contentOf(row);
    if ((await handedOn(row.node, payload)) !== undefined) return;
    await take(room, room.terms.read(payload, row.node));
  });
}

/** What arrived, beside the collection itself: a stored document that cannot be read is another matter. */
function placeOf({ terms }: { terms: { source: string } }) {
  return { place: "registry", source: terms.source } as const;
}

async function take<D extends RecordDocument>(room: RecordRoom<D>, read: ReadRecord<D>): Promise<boolean> {
  const sent = read.checked();
  await room.terms.admit(read);
  return applyRecord(room, sent);
}

function requireSender({ config }: Runtime, node: string): void {
  const peer = config.peers.find((one) => one.node === node);
  if (isProvince(config.node) && peer && !isProvince(peer)) return;
  throw new Refusal("PERMISSION_DENIED", `this node keeps no registry records of node ${node}`, { metadata: { node } });
}
