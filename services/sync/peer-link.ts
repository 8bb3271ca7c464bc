import { fromBinary } from "@bufbuild/protobuf";
import { type Receipt, ReceiptSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import type { EventLink, LinkMessage } from "../runtime/event-link.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { createApplier } from "./applier.ts";
import { openBlobCourier } from "./blob-courier.ts";
import { type Incoming, openIncoming } from "./incoming.ts";
import type { Intake } from "./intake.ts";
import type { SyncOptions } from "./options.ts";
import { type Outgoing, type OutgoingRow, openOutgoing } from "./outgoing.ts";
import type { Quarantine } from "./quarantine.ts";
import { verifyReceipt } from "./receipt.ts";
import { createSender, type NumberedEvent, type Sender } from "./sender.ts";
import { type Peer, RECEIPT } from "./topology.ts";

/** The exchange of events with one peer, both ways. */
export interface PeerLink {
  readonly peer: Peer;
  readonly sender: Sender;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  /** Sends, applies and takes receipts until the signal aborts. `confirmed` hears of rows that are marked durably. */
  run(signal: AbortSignal, confirmed: (row: OutgoingRow) => void): Promise<void>;
}

/** What a link works with. */
export interface PeerLinkParts {
  runtime: Runtime;
  events: EventLink;
  intake: Intake;
  quarantine: Quarantine;
  options: SyncOptions;
}

/** Opens the link with a peer. Nothing moves before `run`. */
export async function openPeerLink(peer: Peer, parts: PeerLinkParts): Promise<PeerLink> {
  const { runtime, events, options } = parts;
  const { store, config, now } = runtime;
  const outgoing = await openOutgoing(store, config.node.code, peer.node, now);
  const incoming = await openIncoming(store, peer.node);
  const courier = await openBlobCourier(runtime, events, peer, options.blobBytesInFlight);
  const sender = createSender({ runtime, events, peer, outgoing, courier, options });
  const applier = createApplier({ ...parts, peer, incoming });

  async function take({ data }: LinkMessage): Promise<NumberedEvent | undefined> {
    let receipt: Receipt | undefined;
    try {
      receipt = fromBinary(ReceiptSchema, data);
      if (verifyReceipt(runtime, peer.node, receipt)) return sender.received(receipt);
    } catch {
      // Told below: what cannot be read was not signed either.
    }
    await parts.quarantine.put(peer.node, data, "a receipt that the peer has not signed");
    return undefined;
  }

  /** What fails here leaves the event pending at its owner, and its next receipt tries again. */
  async function settle({ row, event }: NumberedEvent, confirmed: (row: OutgoingRow) => void): Promise<void> {
    try {
      await outgoing.confirm(row);
      await courier.delivered(event.blobs);
      runtime.metrics.count("events_confirmed", { peer: peer.node });
      confirmed(row);
    } catch (error) {
      runtime.log.debug({ peer: peer.node, cause: String(error) }, "a receipt cannot be noted now");
    }
  }

  return {
    peer,
    sender,
    outgoing,
    incoming,
    async run(signal, confirmed) {
      const receipts = async (message: LinkMessage) => {
        const event = await take(message);
        // Not awaited: confirmations that come in a row share a write of the store.
        if (event) settle(event, confirmed);
      };
      await Promise.all([
        sender.run(signal),
        applier.run(signal),
        events.consume(peer.incoming.stream, RECEIPT, receipts, signal),
      ]);
    },
  };
}
