import { toBinary } from "@bufbuild/protobuf";
import { type BlobPiece, BlobPieceSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { type SplitFile, splitFile } from "../../document/pieces/split-file.ts";
import { sha256Hex } from "../../domain/canonical.ts";
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
  content: Uint8Array;
  /** The file as shared front and recipe, where it is one that can be split. */
  split?: SplitFile;
}

/** Brings the blobs of events to one peer. */
export interface BlobCourier {
  /**
   * Reads what the peer has not confirmed to have, or everything where `all` is set: a peer that asks again by silence may
   * have lost what it had; what can be split is split only where it is not set. Rejects where a blob cannot be read.
   */
  load(source: ServiceName, blobs: readonly string[], all: boolean): Promise<LoadedBlob[]>;
  /**
   * Sends recipes for files that can be split, and a shared front before the first of them that this process sends. Resolves when all pieces are handed to the link, which keeps their order before the event; `arrived` then tells
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
          const { content } = await owner.getBlob({ sha256 });
          const split = all ? undefined : splitFile(content, sha256Hex);
          return { sha256, content, ...(split && { split }) };
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
        for (const { split } of blobs) if (split !== undefined) fronts.renew(split.front, true);
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
function sentOf({ sha256, content, split }: LoadedBlob, fronts: BoundedMemory<string, true>): BlobPiece[] {
  if (split === undefined) return piecesOf(sha256, content);
  const front = fronts.has(split.front) ? [] : piecesOf(split.front, split.fixed);
  return [...front, ...piecesOf(sha256, split.recipe).map((piece) => ({ ...piece, recipe: true }))];
}
