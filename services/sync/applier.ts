import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  BlobPieceSchema,
  EventKind,
  type PendingEvent,
  ReceiptSchema,
  SignedEventSchema,
} from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { EventLink, LinkMessage } from "../runtime/event-link.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { causeOf } from "../runtime/set-aside-row.ts";
import { createPieceAssembly } from "./blob-pieces.ts";
import type { Incoming } from "./incoming.ts";
import type { Intake } from "./intake.ts";
import { createAttempts, isPassing } from "./passing.ts";
import { createBell, pause } from "./pause.ts";
import { makeReceipt } from "./receipt.ts";
import { retryMessages } from "./retry-messages.ts";
import { type EventStatement, eventDigest, isDigest, statementOf, verifyEvent } from "./signed-event.ts";
import { DATA, type Peer, RECEIPT, takesOver } from "./topology.ts";

/** Applies what comes from one peer, and proves it by receipts. */
export interface Applier {
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** What an applier works with. */
export interface ApplierParts {
  runtime: Runtime;
  events: EventLink;
  peer: Peer;
  incoming: Incoming;
  intake: Intake;
}

/** Messages that are handled at the same time: they share writes of the store, and order does not matter. */
const AT_ONCE = 32;

/** Longest key of an event, as the contract has it. */
const KEY_LENGTH = 200;

/** An event that was tried so often, because a fault did not pass, is shown among what is set aside, and goes on being tried. */
const SHOWN_AFTER = 6;

/**
 * Creates the applier of a link. An event that cannot be applied now gets no receipt, and its source sends it again; one
 * that is wrong in itself is set aside (place `inbox`). Nothing blocks the events behind it: they are applied by revision, in
 * any order. What was set aside leaves the list when it is applied, on request or because it came again.
 */
export function createApplier({ runtime, events, peer, incoming, intake }: ApplierParts): Applier {
  const assembly = createPieceAssembly();
  /** Blobs that are being stored: an event behind them waits for that. */
  const arriving = new Map<string, Promise<unknown>>();
  const applied: EventStatement[] = [];
  const attempts = createAttempts();
  const bell = createBell();
  const { log, metrics, setAside } = runtime;
  const place = { place: "inbox", source: `${peer.incoming.stream}/${DATA}`, node: peer.node } as const;
  const isPiece = (subject: string) => subject.startsWith(`${peer.incoming.prefix}.${DATA}.blob.`);
  retryMessages(setAside, place.source, async (data, key) =>
    isPiece(key) ? takePiece(data) : takeEvent(opened(data)),
  );

  async function takePiece(data: Uint8Array): Promise<void> {
    const piece = fromBinary(BlobPieceSchema, data);
    const taken = assembly.add(piece);
    if (!taken) return;
    if ("refused" in taken) throw new Refusal("INVALID_FIELD", `a piece of blob ${piece.sha256}: ${taken.refused}`);
    const stored = runtime.store.blobs.put(taken.whole).finally(() => arriving.delete(piece.sha256));
    arriving.set(piece.sha256, stored);
    await stored;
  }

  /** An event that the peer has signed for this node. Nothing is believed before. */
  function opened(data: Uint8Array) {
    const signed = fromBinary(SignedEventSchema, data);
    const statement = statementOf(signed, runtime.config.node.code);
    if (statement.node !== peer.node) throw wrong(`an event of node ${statement.node} in the stream of ${peer.node}`);
    if (!verifyEvent(runtime, statement, signed.signature)) throw wrong("the node's signature does not hold");
    // What a position remembers of it must stay small and readable.
    if (!isDigest(statement.previous) || statement.key === "" || statement.key.length > KEY_LENGTH)
      throw new Refusal("INVALID_FIELD", `event ${statement.number} names no key or none before it`);
    return { statement, event: signed.event as PendingEvent };
  }

  async function takeEvent({ statement, event }: ReturnType<typeof opened>): Promise<void> {
    if (!takesOver(runtime.config.node.role, statement.kind))
      throw wrong(`this node takes over no events of kind ${statement.kind}`);
    const gap = incoming.arrived(statement.number);
    if (gap) await tellGap(gap);
    await apply(event);
    await notice(statement);
    metrics.count("events_applied", { peer: peer.node });
    await setAside.cleared({ ...place, key: statement.key });
    attempts.succeeded(statement.key);
    applied.push(statement);
    bell.ring();
  }

  async function apply(event: PendingEvent): Promise<void> {
    await Promise.allSettled(event.blobs.map((sha256) => arriving.get(sha256)));
    if (event.kind !== EventKind.CERTIFICATE_CHANGED) {
      await runtime.client(InboxService, "catalog").applyEvent({ node: peer.node, event });
      return;
    }
    const taken = await intake.take(peer.node, event.payload, event);
    if (!taken.kept) throw new Refusal("DOCUMENT_MISSING", `blobs have not come: ${taken.missing.join(", ")}`);
  }

  async function tellGap(gap: { from: number; to: number }): Promise<void> {
    metrics.count("event_gaps", { peer: peer.node });
    log.warn({ peer: peer.node, ...gap }, "events are missing: their source will send them again");
    await runtime.evidence.append("event-gap", { peer: peer.node, ...gap });
  }

  async function notice(statement: EventStatement): Promise<void> {
    const { number, previous } = statement;
    const { forked } = incoming.note({ number, digest: eventDigest(statement), previous });
    if (!forked) return;
    log.error({ peer: peer.node, number }, "an event does not follow from the one before");
    await runtime.evidence.append("event-fork", { peer: peer.node, number, previous });
  }

  /** Every message is dealt with by itself: it is applied, waits for its source to send it again, or is set aside. */
  async function guarded({ subject, data }: LinkMessage): Promise<void> {
    // Only what the peer has signed may speak under an event's key.
    let key = subject;
    try {
      if (isPiece(subject)) return await takePiece(data);
      const event = opened(data);
      key = event.statement.key;
      await takeEvent(event);
    } catch (error) {
      const entry = { ...place, key, ...causeOf(error), content: data };
      if (!isPassing(error)) return setAside.put(entry);
      const tries = attempts.failed(key);
      log.debug({ peer: peer.node, reason: error.reason, cause: error.message, tries }, "an event waits");
      if (tries >= SHOWN_AFTER) await setAside.tell(entry);
    }
  }

  async function confirm(signal: AbortSignal): Promise<void> {
    while (!signal.aborted || applied.length > 0) {
      if (applied.length === 0) await bell.wait(60_000, signal);
      if (applied.length === 0) continue;
      const group = applied.splice(0, 256);
      try {
        await incoming.flush();
        await Promise.allSettled(group.map((statement) => sendReceipt(statement)));
      } catch (error) {
        // Without receipts the peer sends these again, which is answered like the first time.
        log.warn({ peer: peer.node, cause: String(error) }, "the position cannot be stored now");
        if (signal.aborted) return;
        await pause(500, signal);
      }
    }
  }

  async function sendReceipt(statement: EventStatement): Promise<void> {
    const receipt = toBinary(ReceiptSchema, makeReceipt(runtime, statement));
    await events.publish(`${peer.outgoing.prefix}.${RECEIPT}.${statement.number}`, receipt);
  }

  return {
    async run(signal) {
      await Promise.all([events.consume(peer.incoming.stream, DATA, guarded, signal, AT_ONCE), confirm(signal)]);
    },
  };
}

function wrong(message: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", message);
}
