import { toBinary } from "@bufbuild/protobuf";
import { type BlobPiece, BlobPieceSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { fixedOf } from "../../document/pieces/recipe.ts";
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
  load(source: ServiceName, blobs: readonly string[], all: boolean): Promise<LoadedBlob[]>;
  /**
   * Sends recipes for files that are kept as such, and a shared front before the first of them that this process sends. Resolves when all pieces are handed to the link, which keeps their order before the event; `arrived` then tells
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
  /** Shared fronts that the stream took of this process. */
  const fronts = new BoundedMemory<string, true>(FRONTS);
  const idOf = (sha256: string) => `${peer.node}|${sha256}`;

  return {
    async load(source, blobs, all) {
      const known = all || blobs.length === 0 ? [] : await collection.getMany(blobs.map(idOf));
      const owner = runtime.client(OutboxService, source);
      const wanted = blobs.filter((_, index) => !known[index]);
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
      const arrived = Promise.all(sent).then(() => {
        for (const { front } of blobs) if (front !== undefined) fronts.renew(front.sha256, true);
      });
      arrived.catch(() => {});
      return { arrived };
    },
    async delivered(blobs) {
      if (blobs.length > 0) await collection.insertMany(blobs.map((sha256) => ({ _id: idOf(sha256), revision: 1 })));
    },
  };
}

/** What is sent of a blob to a peer that has these fronts. */
function sentOf({ sha256, content, front }: LoadedBlob, fronts: BoundedMemory<string, true>): BlobPiece[] {
  if (front === undefined) return piecesOf(sha256, content);
  const first = front.fixed && !fronts.has(front.sha256) ? piecesOf(front.sha256, front.fixed) : [];
  return [...first, ...piecesOf(sha256, content).map((piece) => ({ ...piece, recipe: true }))];
}
