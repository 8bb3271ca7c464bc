import { toBinary } from "@bufbuild/protobuf";
import { BlobPieceSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { ServiceName } from "../runtime/config.ts";
import type { EventLink } from "../runtime/event-link.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CollectionSpec, Stored } from "../store/port.ts";
import { piecesOf } from "./blob-pieces.ts";
import { createByteBudget } from "./byte-budget.ts";
import { DATA, type Peer } from "./topology.ts";

/** A blob that a peer has. `_id` is `<peer>|<sha256>`. */
type DeliveredBlob = Stored;

const DELIVERED: CollectionSpec = { name: "delivered-blobs", indexes: [] };

/** Brings the blobs of events to one peer. */
export interface BlobCourier {
  /**
   * Publishes what the peer has not confirmed to have, or everything where `all` is set: a peer that asks again by silence
   * may have lost what it had. Resolves when all pieces are handed to the link, which keeps their order before the event;
   * `arrived` then tells whether the stream took them. Rejects where a blob cannot be read.
   */
  bring(source: ServiceName, blobs: readonly string[], all: boolean): Promise<{ arrived: Promise<unknown> }>;
  /** Remembers, durably, that the peer has these blobs: it has confirmed an event that names them. */
  delivered(blobs: readonly string[]): Promise<void>;
}

/** Creates the courier of a link. */
export async function openBlobCourier(
  runtime: Runtime,
  events: EventLink,
  peer: Peer,
  bytesInFlight: number,
): Promise<BlobCourier> {
  const collection = await runtime.store.collection<DeliveredBlob>(DELIVERED);
  const budget = createByteBudget(bytesInFlight);
  const idOf = (sha256: string) => `${peer.node}|${sha256}`;

  async function publish(sha256: string, content: Uint8Array): Promise<Promise<void>[]> {
    const sent: Promise<void>[] = [];
    for (const piece of piecesOf(sha256, content)) {
      const bytes = toBinary(BlobPieceSchema, piece);
      await budget.take(bytes.length);
      const subject = `${peer.outgoing.prefix}.${DATA}.blob.${sha256}.${piece.index}`;
      sent.push(events.publish(subject, bytes).finally(() => budget.give(bytes.length)));
    }
    return sent;
  }

  return {
    async bring(source, blobs, all) {
      const known = all || blobs.length === 0 ? [] : await collection.getMany(blobs.map(idOf));
      const wanted = blobs.filter((_, index) => !known[index]);
      const owner = runtime.client(OutboxService, source);
      const contents = await Promise.all(wanted.map((sha256) => owner.getBlob({ sha256 })));
      const sent: Promise<void>[] = [];
      for (const [index, { content }] of contents.entries())
        sent.push(...(await publish(wanted[index] as string, content)));
      const arrived = Promise.all(sent);
      arrived.catch(() => {});
      return { arrived };
    },
    async delivered(blobs) {
      if (blobs.length > 0) await collection.insertMany(blobs.map((sha256) => ({ _id: idOf(sha256), revision: 1 })));
    },
  };
}
