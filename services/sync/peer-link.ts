import { fromBinary } from "@bufbuild/protobuf";
import { type Receipt, ReceiptSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { EventLink, LinkMessage } from "../runtime/event-link.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { causeOf } from "../runtime/set-aside-row.ts";
import { createApplier } from "./applier.ts";
import { openBlobCourier } from "./blob-courier.ts";
import { type Incoming, openIncoming } from "./incoming.ts";
import type { Intake } from "./intake.ts";
import type { SyncOptions } from "./options.ts";
import { type Outgoing, type OutgoingRow, openOutgoing } from "./outgoing.ts";
import { verifyReceipt } from "./receipt.ts";
import { retryMessages } from "./retry-messages.ts";
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
  options: SyncOptions;
}

/** Opens the link with a peer. Nothing moves before `run`. */
export async function openPeerLink(peer: Peer, parts: PeerLinkParts): Promise<PeerLink> {
  const { runtime, events, options } = parts;
  const { store, config, setAside } = runtime;
  const outgoing = await openOutgoing({ ...runtime, node: config.node.code, peer: peer.node });
  const incoming = await openIncoming(store, setAside, peer.node);
  const courier = await openBlobCourier(runtime, events, peer, options.blobBytesInFlight);
  const sender = createSender({ runtime, events, peer, outgoing, courier, options });
  const applier = createApplier({ ...parts, peer, incoming });

  const place = { place: "inbox", source: `${peer.incoming.stream}/${RECEIPT}`, node: peer.node } as const;

  /** The event that a receipt confirms, if any waits for it. Throws where the peer has not signed it. */
  function opened(data: Uint8Array): NumberedEvent | undefined {
    let receipt: Receipt | undefined;
    try {
      receipt = fromBinary(ReceiptSchema, data);
      if (verifyReceipt(runtime, peer.node, receipt)) return sender.received(receipt);
    } catch {
      // Told below: what cannot be read was not signed either.
    }
    throw new Refusal("SIGNATURE_INVALID", "a receipt that the peer has not signed");
  }

  let tell: (row: OutgoingRow) => void = () => {};

  async function take(data: Uint8Array): Promise<void> {
    const event = opened(data);
    // Not awaited: confirmations that come in a row share a write of the store.
    if (event) settle(event);
  }
  retryMessages(runtime.setAside, place.source, take);

  /** What fails here leaves the event pending at its owner, and its next receipt tries again. */
  async function settle({ row, event }: NumberedEvent): Promise<void> {
    try {
      await outgoing.confirm(row);
      await courier.delivered(event.blobs);
      runtime.metrics.count("events_confirmed", { peer: peer.node });
      tell(row);
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
      tell = confirmed;
      const receipts = async ({ subject, data }: LinkMessage) => {
        await take(data).catch((error) =>
          runtime.setAside.put({ ...place, key: subject, ...causeOf(error), content: data }),
        );
      };
      await Promise.all([
        sender.run(signal),
        applier.run(signal),
        events.consume(peer.incoming.stream, RECEIPT, receipts, signal),
      ]);
    },
  };
}
