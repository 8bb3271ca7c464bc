import { toBinary } from "@bufbuild/protobuf";
import { BlobPieceSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { EventLink } from "../../event/event-link.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { piecesOf } from "../wire/blob-pieces.ts";
import { DATA, type Peer } from "../wire/topology.ts";
import { limitBytesInFlight } from "./bytes-in-flight.ts";

/** A blob that a peer has. `_id` is `<peer>|<sha256>`. */
type DeliveredBlob = Stored;

export const DELIVERED: CollectionSpec = { name: "delivered-blobs", indexes: [] };

/** A blob that is to be sent. */
export interface LoadedBlob {
  sha256: string;
  content: Uint8Array;
}

/** Brings the blobs of events to one peer. */
export interface BlobCourier {
  /**
   * Reads what the peer has not confirmed to have, or everything where `all` is set: a peer that asks again by silence may
   * have lost what it had. Rejects where a blob cannot be read.
   */
  load(source: ServiceName, blobs: readonly string[], all: boolean): Promise<LoadedBlob[]>;
  /**
   * Resolves when all pieces are handed to the link, which keeps their order before the event; `arrived` then tells
   * whether the stream took them.
   */
  publish(blobs: readonly LoadedBlob[]): Promise<{ arrived: Promise<unknown> }>;
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
  const budget = limitBytesInFlight(bytesInFlight);
  const idOf = (sha256: string) => `${peer.node}|${sha256}`;

  return {
    async load(source, blobs, all) {
      const known = all || blobs.length === 0 ? [] : await collection.getMany(blobs.map(idOf));
      const owner = runtime.client(OutboxService, source);
      const wanted = blobs.filter((_, index) => !known[index]);
      return Promise.all(
        wanted.map(async (sha256) => ({ sha256, content: (await owner.getBlob({ sha256 })).content })),
      );
    },
    async publish(blobs) {
      const sent: Promise<void>[] = [];
      for (const piece of blobs.flatMap(({ sha256, content }) => piecesOf(sha256, content))) {
        const bytes = toBinary(BlobPieceSchema, piece);
        await budget.take(bytes.length);
        const subject = `${peer.outgoing.prefix}.${DATA}.blob.${piece.sha256}.${piece.index}`;
        sent.push(events.publish(subject, bytes).finally(() => budget.give(bytes.length)));
      }
      const arrived = Promise.all(sent);
      arrived.catch(() => {});
      return { arrived };
    },
    async delivered(blobs) {
      if (blobs.length > 0) await collection.insertMany(blobs.map((sha256) => ({ _id: idOf(sha256), revision: 1 })));
    },
  };
}
