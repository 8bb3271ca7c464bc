import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Receipt, ReceiptSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { createBell } from "../../base/bell.ts";
import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { SetAside } from "../../event/set-aside.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Store, Stored } from "../../store/port.ts";
import { isCount, isDigest } from "../wire/signed-event.ts";

/** The highest number that a peer has confirmed. `_id` is the peer's node. */
interface StoredMark extends Stored {
  number: number;
  digest: string;
  /** Base64. */
  receipt: string;
}

export const CONFIRMED: CollectionSpec = { name: "confirmed", indexes: [] };

/** Confirmations of so many milliseconds share a write of the store. */
const TOGETHER_MS = 1_000;

/** A number that a peer has confirmed, the digest of its event, and the receipt. */
export interface Confirmed {
  number: number;
  digest: string;
  receipt: Receipt;
}

/** What a peer has confirmed last: it cannot deny it, and a peer that has not applied it was started from an older copy. */
export interface ConfirmedMark {
  /** Notes a confirmation, in memory. */
  note(confirmed: Confirmed): void;
  /**
   * Stores what was noted, every second where there is something new, until the signal aborts, and then once more. What a crash loses of it
   * makes the mark lower, which says less and nothing wrong.
   */
  run(signal: AbortSignal): Promise<void>;
  /** The highest; `undefined`: none is known. */
  readonly highest: Confirmed | undefined;
}

/** Opens the mark of a peer. One that cannot be read is set aside (place `store`) and begins anew. */
export async function openConfirmedMark(store: Store, setAside: SetAside, peer: string): Promise<ConfirmedMark> {
  const collection = await store.collection<StoredMark>(CONFIRMED);
  const reader = createRowReader<StoredMark, Confirmed>({
    setAside,
    place: "store",
    source: CONFIRMED.name,
    collection,
    nodeOf: ({ _id }) => _id,
    read: readMark,
  });
  let { row: highest } = await reader.at(peer);
  const bell = createBell();

  async function put(confirmed: Confirmed): Promise<void> {
    const { number, digest } = confirmed;
    const receipt = Buffer.from(toBinary(ReceiptSchema, confirmed.receipt)).toString("base64");
    await changeStored(collection, peer, (before) =>
      before && isCount(before.number) && before.number >= number
        ? undefined
        : { _id: peer, revision: 1, number, digest, receipt },
    );
  }

  return {
    note(confirmed) {
      if (highest && confirmed.number <= highest.number) return;
      highest = confirmed;
      bell.ring();
    },
    async run(signal) {
      let stored = highest;
      while (!signal.aborted) {
        await bell.wait(60_000, signal);
        await pause(TOGETHER_MS, signal);
        const next = highest;
        if (!next || next === stored) continue;
        // A store that is away is told by the service's readiness; the next round tries again.
        await put(next).then(
          () => (stored = next),
          () => bell.ring(),
        );
      }
    },
    get highest() {
      return highest;
    },
  };
}

function readMark({ number, digest, receipt }: StoredMark): Confirmed {
  if (isCount(number) && isDigest(digest) && typeof receipt === "string")
    return { number, digest, receipt: fromBinary(ReceiptSchema, Buffer.from(receipt, "base64")) };
  throw new Refusal("RECORD_UNREADABLE", "what a peer has confirmed last lacks members or has wrong ones");
}
