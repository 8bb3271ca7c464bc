import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Receipt, ReceiptGroupSchema, ReceiptSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { EventLink, LinkMessage } from "../../event/event-link.ts";
import { causeOf } from "../../event/set-aside-row.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Intake } from "../archive/intake.ts";
import type { SyncOptions } from "../options.ts";
import { createApplier } from "../receive/applier.ts";
import type { Incoming } from "../receive/incoming.ts";
import { openIncoming } from "../receive/peer-numbers.ts";
import { openBlobCourier } from "../send/blob-courier.ts";
import { type ConfirmedMark, openConfirmedMark } from "../send/confirmed-mark.ts";
import type { NumberedEvent } from "../send/flight.ts";
import { openOutgoing } from "../send/open-outgoing.ts";
import type { Outgoing } from "../send/outgoing.ts";
import type { OutgoingRow } from "../send/outgoing-rows.ts";
import { createSender } from "../send/peer-sender.ts";
import type { Sender } from "../send/sender.ts";
import { requireGroup } from "../wire/group-limits.ts";
import type { LinkGate } from "../wire/link-gate.ts";
import type { StuckEvent } from "../wire/passing.ts";
import { verifyReceipt } from "../wire/receipt.ts";
import { retryMessages } from "../wire/retry-messages.ts";
import { GROUP, type Peer, RECEIPT } from "../wire/topology.ts";

/** The exchange of events with one peer, both ways. */
export interface PeerLink {
  readonly peer: Peer;
  readonly sender: Sender;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly confirmed: ConfirmedMark;
  readonly gate: LinkGate;
  /** The event that has waited longest, of those that were tried in vain: to be sent, or else to be applied. */
  readonly stuck: StuckEvent | undefined;
  /** Sends, applies and takes receipts until the signal aborts. `marked` hears of rows that are confirmed durably. */
  run(signal: AbortSignal, marked: (row: OutgoingRow) => void): Promise<void>;
}

/** What a link works with. */
export interface PeerLinkParts {
  runtime: Runtime;
  events: EventLink;
  intake: Intake;
  options: SyncOptions;
  gate: LinkGate;
}

/** Opens the link with a peer. Nothing moves before `run`. */
export async function openPeerLink(peer: Peer, parts: PeerLinkParts): Promise<PeerLink> {
  const { runtime, events, options, gate } = parts;
  const { store, config, setAside } = runtime;
  const outgoing = await openOutgoing({ ...runtime, node: config.node.code, peer: peer.node });
  const incoming = await openIncoming(store, setAside, peer.node);
  const confirmed = await openConfirmedMark(store, setAside, peer.node);
  const courier = await openBlobCourier(runtime, events, peer, options.blobBytesInFlight);
  const elsewhere = (row: OutgoingRow) => tell(row);
  const sender = createSender({ runtime, events, peer, outgoing, courier, options, gate, elsewhere });
  const applier = createApplier({ ...parts, peer, incoming, forked: () => gate.bell.ring() });

  const place = { place: "inbox", source: `${peer.incoming.stream}/${RECEIPT}`, node: peer.node } as const;

  /** The event that a receipt confirms, if any waits for it. Throws where the peer has not signed it. */
  function opened(read: () => Receipt): (NumberedEvent & { receipt: Receipt }) | undefined {
    try {
      const receipt = read();
      if (verifyReceipt(runtime, peer.node, receipt)) {
        const event = sender.received(receipt);
        return event && { ...event, receipt };
      }
    } catch {
      // Told below: what cannot be read was not signed either.
    }
    throw new Refusal("SIGNATURE_INVALID", "a receipt that the peer has not signed");
  }

  let tell: (row: OutgoingRow) => void = () => {};

  async function take(read: () => Receipt): Promise<void> {
    const event = opened(read);
    // Not awaited: confirmations that come in a row share a write of the store.
    if (event) settle(event);
  }
  const singles = `${peer.incoming.prefix}.${RECEIPT}.`;
  const takeAll = (subject: string, data: Uint8Array) =>
    subject.startsWith(`${singles}${GROUP}.`) ? takeGroup(data) : take(() => fromBinary(ReceiptSchema, data));
  retryMessages(runtime.setAside, place.source, (data, key) => takeAll(key, data));

  /** Each for itself: one that the peer has not signed is set aside alone. */
  async function takeGroup(data: Uint8Array): Promise<void> {
    const group = fromBinary(ReceiptGroupSchema, data);
    requireGroup(group);
    for (const receipt of group.receipts) {
      const encoded = () => toBinary(ReceiptSchema, receipt);
      await guarded(`${singles}${receipt.number}`, encoded, () => take(() => receipt));
    }
  }

  async function guarded(key: string, data: () => Uint8Array, work: () => Promise<void>): Promise<void> {
    await work().catch((error) => runtime.setAside.put({ ...place, key, ...causeOf(error), content: data() }));
  }

  /** What fails here leaves the event pending at its owner, and its next receipt tries again. */
  async function settle({ row, event, receipt }: NumberedEvent & { receipt: Receipt }): Promise<void> {
    try {
      await outgoing.confirm(row);
      confirmed.note({ number: row.number, digest: row.digest, receipt });
      await courier.delivered(row.source, event);
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
    confirmed,
    gate,
    get stuck() {
      return sender.stuck ?? applier.stuck;
    },
    async run(signal, marked) {
      tell = marked;
      const receipts = ({ subject, data }: LinkMessage) =>
        guarded(
          subject,
          () => data,
          () => takeAll(subject, data),
        );
      await Promise.all([
        sender.run(signal),
        applier.run(signal, gate.asked),
        confirmed.run(signal),
        events.consume(peer.incoming.stream, RECEIPT, receipts, signal),
      ]);
    },
  };
}
