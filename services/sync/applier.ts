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
import { createPieceAssembly } from "./blob-pieces.ts";
import type { Incoming } from "./incoming.ts";
import type { Intake } from "./intake.ts";
import { createBell, pause } from "./pause.ts";
import type { Quarantine } from "./quarantine.ts";
import { makeReceipt } from "./receipt.ts";
import { type EventStatement, eventDigest, statementOf, verifyEvent } from "./signed-event.ts";
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
  quarantine: Quarantine;
}

/** Messages that are handled at the same time: they share writes of the store, and order does not matter. */
const AT_ONCE = 32;

/** Reasons that speak for trying again later; anything else is wrong with the event itself. */
const PASSING: ReadonlySet<string> = new Set([
  "PEER_AWAY",
  "STORE_AWAY",
  "STORE_FULL",
  "OVERLOADED",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "REVISION_CONFLICT",
  "INTERNAL",
  "UNIMPLEMENTED",
]);

/**
 * Creates the applier of a link. An event that cannot be applied now gets no receipt, and its source sends it again; one
 * that is wrong in itself is put into quarantine. Nothing blocks the events behind it: they are applied by revision, in
 * any order.
 */
export function createApplier({ runtime, events, peer, incoming, intake, quarantine }: ApplierParts): Applier {
  const assembly = createPieceAssembly();
  /** Blobs that are being stored: an event behind them waits for that. */
  const arriving = new Map<string, Promise<unknown>>();
  const applied: EventStatement[] = [];
  const bell = createBell();
  const { log, metrics } = runtime;

  async function take({ subject, data }: LinkMessage): Promise<void> {
    if (subject.startsWith(`${peer.incoming.prefix}.${DATA}.blob.`)) return takePiece(data);
    const statement = await takeEvent(data);
    if (!statement) return;
    applied.push(statement);
    bell.ring();
  }

  async function takePiece(data: Uint8Array): Promise<void> {
    const piece = fromBinary(BlobPieceSchema, data);
    const taken = assembly.add(piece);
    if (!taken) return;
    if ("refused" in taken) {
      log.warn({ peer: peer.node, why: taken.refused }, "a blob piece is dropped");
      return;
    }
    const stored = runtime.store.blobs.put(taken.whole).finally(() => arriving.delete(piece.sha256));
    arriving.set(piece.sha256, stored);
    await stored;
  }

  /** Resolves to what may be confirmed, or `undefined`. */
  async function takeEvent(data: Uint8Array): Promise<EventStatement | undefined> {
    const signed = fromBinary(SignedEventSchema, data);
    const statement = statementOf(signed, runtime.config.node.code);
    if (statement.node !== peer.node) throw wrong(`an event of node ${statement.node} in the stream of ${peer.node}`);
    if (!verifyEvent(runtime, statement, signed.signature)) throw wrong("the node's signature does not hold");
    if (!takesOver(runtime.config.node.role, statement.kind))
      throw wrong(`this node takes over no events of kind ${statement.kind}`);
    const gap = incoming.arrived(statement.number);
    if (gap) await tellGap(gap);
    if (!(await apply(signed.event as PendingEvent))) return undefined;
    await notice(statement);
    metrics.count("events_applied", { peer: peer.node });
    return statement;
  }

  async function apply(event: PendingEvent): Promise<boolean> {
    await Promise.allSettled(event.blobs.map((sha256) => arriving.get(sha256)));
    if (event.kind === EventKind.CERTIFICATE_CHANGED) return (await intake.take(peer.node, event.payload, event)).kept;
    await runtime.client(InboxService, "catalog").applyEvent({ node: peer.node, event });
    return true;
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

  async function guarded(message: LinkMessage): Promise<void> {
    try {
      await take(message);
    } catch (error) {
      if (error instanceof Refusal && PASSING.has(error.reason)) {
        log.debug({ peer: peer.node, reason: error.reason, cause: error.message }, "an event waits");
        return;
      }
      await quarantine.put(peer.node, message.data, error instanceof Error ? error.message : "undecodable");
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
