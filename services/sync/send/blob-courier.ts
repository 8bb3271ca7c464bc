import { toBinary } from "@bufbuild/protobuf";
import { type BlobPiece, BlobPieceSchema, type PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { fixedOf } from "../../document/pieces/recipe.ts";
import type { EventLink } from "../../event/event-link.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { piecesOf } from "../wire/blob-pieces.ts";
import { DATA, type Peer } from "../wire/topology.ts";
import { limitBytesInFlight } from "./bytes-in-flight.ts";

/**
 * What a peer has of the blobs of one aggregate; `_id` is `<peer>|<source>|<aggregate>`. Versions before kept a row for each blob, `<peer>|<sha256>`, which
 * is read still.
 */
interface DeliveredBlobs extends Stored {
  blobs?: string[];
}

export const DELIVERED: CollectionSpec = { name: "delivered-blobs", indexes: [] };

/** Shared fronts that are remembered: two for each template and seal. */
const FRONTS = 10_000;

/** A blob that is to be sent. */
export interface LoadedBlob {
  sha256: string;
  /** The octets of the blob, or its recipe. */
  content: Uint8Array;
  /** Where the content is a recipe: the shared front that it names, with its octets unless this process has sent them. */
  front?: { sha256: string; fixed?: Uint8Array };
}

/** Brings the blobs of events to one peer. */
export interface BlobCourier {
  /**
   * Reads what the peer has not confirmed to have, or everything where `all` is set: a peer that asks again by silence may
   * have lost what it had; recipes are read in place of files only where it is not set. Rejects where a blob cannot be read.
   */
  load(source: ServiceName, event: PendingEvent, all: boolean): Promise<LoadedBlob[]>;
  /**
   * Sends recipes for files that are kept as such, and a shared front before the first of them that this process sends. Resolves when all pieces are handed to the link, which keeps their order before the event; `arrived` then tells
   * whether the stream took them.
   */
  publish(blobs: readonly LoadedBlob[]): Promise<{ arrived: Promise<unknown> }>;
  /** What goes of blobs to the peer by one message, a shared front before the first that names it, unless this process has sent it. */
  piecesOf(blobs: readonly LoadedBlob[]): BlobPiece[];
  /** Publishes a message with what {@link piecesOf} gave of blobs, once there is room for it; resolves when it is handed to the link. */
  carry(subject: string, message: Uint8Array, blobs: readonly LoadedBlob[]): Promise<{ arrived: Promise<unknown> }>;
  /** Remembers, durably, that the peer has the blobs of an event: it has confirmed that. */
  delivered(source: ServiceName, event: PendingEvent): Promise<void>;
}

/** Creates the courier of a link. */
export async function openBlobCourier(
  runtime: Runtime,
  events: EventLink,
  peer: Peer,
  bytesInFlight: number,
): Promise<BlobCourier> {
  const collection = await runtime.store.collection<DeliveredBlobs>(DELIVERED);
  const budget = limitBytesInFlight(bytesInFlight);
  /** Shared fronts that the stream took of this process. */
  const fronts = new BoundedMemory<string, true>(FRONTS);
  const idOf = (source: ServiceName, { aggregateId }: PendingEvent) => `${peer.node}|${source}|${aggregateId}`;
  const blobsOf = (row: DeliveredBlobs | undefined) => (Array.isArray(row?.blobs) ? row.blobs : []);

  /** Of blobs those that the peer is not known to have. */
  async function missing(id: string, blobs: readonly string[]): Promise<string[]> {
    if (blobs.length === 0) return [];
    const there = new Set(blobsOf(await collection.get(id)));
    const single = await collection.getMany(blobs.map((sha256) => `${peer.node}|${sha256}`));
    return blobs.filter((sha256, index) => !there.has(sha256) && !single[index]);
  }

  /** What the stream has taken need not be sent again by this process. */
  function arriving(sent: Promise<unknown>, blobs: readonly LoadedBlob[]): { arrived: Promise<unknown> } {
    const arrived = sent.then(() => {
      for (const { front } of blobs) if (front !== undefined) fronts.renew(front.sha256, true);
    });
    arrived.catch(() => {});
    return { arrived };
  }

  return {
    async load(source, event, all) {
      const { blobs } = event;
      const wanted = all ? blobs : await missing(idOf(source, event), blobs);
      const owner = runtime.client(OutboxService, source);
      return Promise.all(
        wanted.map(async (sha256) => {
          const { content, isRecipe } = await owner.getBlob({ sha256, recipe: !all });
          const front = isRecipe ? fixedOf(content) : undefined;
          if (front === undefined) return { sha256, content };
          const fixed = fronts.has(front) ? undefined : (await owner.getBlob({ sha256: front })).content;
          return { sha256, content, front: { sha256: front, ...(fixed && { fixed }) } };
        }),
      );
    },
    async publish(blobs) {
      const sent: Promise<void>[] = [];
      for (const piece of blobs.flatMap((blob) => sentOf(blob, fronts))) {
        const bytes = toBinary(BlobPieceSchema, piece);
        await budget.take(bytes.length);
        const subject = `${peer.outgoing.prefix}.${DATA}.blob.${piece.sha256}.${piece.index}`;
        sent.push(events.publish(subject, bytes).finally(() => budget.give(bytes.length)));
      }
      return arriving(Promise.all(sent), blobs);
    },
    piecesOf(blobs) {
      const before = new Set<string>();
      return blobs.flatMap((blob) => {
        const pieces = sentOf(blob, { has: (front) => fronts.has(front) || before.has(front) });
        if (blob.front) before.add(blob.front.sha256);
        return pieces;
      });
    },
    async carry(subject, message, blobs) {
      await budget.take(message.length);
      const sent = events.publish(subject, message).finally(() => budget.give(message.length));
      return arriving(sent, blobs);
    },
    async delivered(source, event) {
      if (event.blobs.length === 0) return;
      await changeStored(collection, idOf(source, event), (old) => {
        const blobs = [...new Set([...blobsOf(old), ...event.blobs])];
        if (old && blobs.length === blobsOf(old).length) return old;
        return { ...(old ?? { _id: idOf(source, event), revision: 1 }), blobs };
      });
    },
  };
}

/** What is sent of a blob to a peer that has these fronts. */
function sentOf({ sha256, content, front }: LoadedBlob, fronts: { has(front: string): boolean }): BlobPiece[] {
  if (front === undefined) return piecesOf(sha256, content);
  const first = front.fixed && !fronts.has(front.sha256) ? piecesOf(front.sha256, front.fixed) : [];
  return [...first, ...piecesOf(sha256, content).map((piece) => ({ ...piece, recipe: true }))];
}
