import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type BlobPiece,
  BlobPieceSchema,
  EventGroupSchema,
  type PendingEvent,
  ReceiptGroupSchema,
  ReceiptSchema,
  type SignedEvent,
  SignedEventSchema,
} from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { createBell } from "../../base/bell.ts";
import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { EventLink, LinkMessage } from "../../event/event-link.ts";
import { causeOf } from "../../event/set-aside-row.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Intake } from "../archive/intake.ts";
import { createPieceAssembly } from "../wire/blob-pieces.ts";
import { requireGroup } from "../wire/group-limits.ts";
import { createAttempts, isPassing, type StuckEvent } from "../wire/passing.ts";
import { makeReceipt } from "../wire/receipt.ts";
import { retryMessages } from "../wire/retry-messages.ts";
import { type EventStatement, eventDigest, isDigest, statementOf, verifyEvent } from "../wire/signed-event.ts";
import { DATA, GROUP, type Peer, RECEIPT, takersOfEvent, takesOver } from "../wire/topology.ts";
import { createEventForks } from "./event-forks.ts";
import { type EventProof, proofOf } from "./event-proof.ts";
import type { Incoming } from "./incoming.ts";
import { takeRecipe } from "./take-recipe.ts";

/** Applies what comes from one peer, and proves it by receipts. */
export interface Applier {
  /** Works until the signal aborts, once `asked` has resolved. */
  run(signal: AbortSignal, asked: Promise<void>): Promise<void>;
  /** The event of the peer that has been tried in vain for the longest time. */
  readonly stuck: StuckEvent | undefined;
}

/** What an applier works with. */
export interface ApplierParts {
  runtime: Runtime;
  events: EventLink;
  peer: Peer;
  incoming: Incoming;
  intake: Intake;
  /** Called for each event that is told not to fit the numbers of before. */
  forked(): void;
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
export function createApplier({ runtime, events, peer, incoming, intake, forked }: ApplierParts): Applier {
  const assembly = createPieceAssembly();
  /** Blobs that are being stored: an event behind them waits for that. */
  const arriving = new Map<string, Promise<unknown>>();
  /** Numbers whose events are being applied, and for which. */
  const claimed = new Map<number, string>();
  const forks = createEventForks(runtime, peer.node, forked);
  /** What waits for its receipt; `together`: it came by one message with others, so the peer reads receipts that do. */
  const applied: { statement: EventStatement; together: boolean }[] = [];
  const attempts = createAttempts(runtime);
  const bell = createBell();
  const { log, metrics, setAside } = runtime;
  const place = { place: "inbox", source: `${peer.incoming.stream}/${DATA}`, node: peer.node } as const;
  const pieces = `${peer.incoming.prefix}.${DATA}.blob.`;
  const singles = `${peer.incoming.prefix}.${DATA}.event.`;
  const groups = `${peer.incoming.prefix}.${DATA}.${GROUP}.`;
  retryMessages(setAside, place.source, async (data, key) => {
    if (key.startsWith(groups)) await takeGroup(data);
    else if (key.startsWith(pieces)) await takePiece(fromBinary(BlobPieceSchema, data));
    else await takeEvent(opened(fromBinary(SignedEventSchema, data)), false);
  });

  async function takePiece(piece: BlobPiece): Promise<void> {
    if (piece.recipe)
      return arrive(
        piece.sha256,
        takeRecipe(runtime.store.blobs, piece, (front) => arriving.get(front)),
      );
    const taken = assembly.add(piece);
    if (!taken) return;
    if ("refused" in taken) throw new Refusal("INVALID_FIELD", `a piece of blob ${piece.sha256}: ${taken.refused}`);
    await arrive(piece.sha256, runtime.store.blobs.put(taken.whole));
  }

  async function arrive(sha256: string, work: Promise<unknown>): Promise<void> {
    const stored = work.finally(() => arriving.delete(sha256));
    arriving.set(sha256, stored);
    await stored;
  }

  /** An event that the peer has signed for this node. Nothing is believed before. */
  function opened(signed: SignedEvent) {
    const statement = statementOf(signed, runtime.config.node.code);
    if (statement.node !== peer.node) throw wrong(`an event of node ${statement.node} in the stream of ${peer.node}`);
    if (!verifyEvent(runtime, statement, signed.signature)) throw wrong("the node's signature does not hold");
    // What a position remembers of it must stay small and readable.
    if (!isDigest(statement.previous) || statement.key === "" || statement.key.length > KEY_LENGTH)
      throw new Refusal("INVALID_FIELD", `event ${statement.number} names no key or none before it`);
    return { statement, event: signed.event as PendingEvent, proof: proofOf(statement, signed.signature) };
  }

  async function takeEvent({ statement, event, proof }: ReturnType<typeof opened>, together: boolean): Promise<void> {
    if (!takesOver(runtime.config.node.role, statement.kind))
      throw wrong(`this node takes over no events of kind ${statement.kind}`);
    const digest = eventDigest(statement);
    await requireFirst(statement, digest);
    const gap = incoming.arrived(statement.number);
    if (gap) await tellGap(gap);
    claimed.set(statement.number, digest);
    try {
      await apply(event);
      await notice(statement, digest, proof);
    } finally {
      claimed.delete(statement.number);
    }
    metrics.count("events_applied", { peer: peer.node });
    await setAside.cleared({ ...place, key: statement.key });
    attempts.succeeded(statement.key);
    applied.push({ statement, together });
    bell.ring();
  }

  /** Holds that the number was not used for another event, which is neither applied nor confirmed. Throws `NODE_BEHIND`. */
  async function requireFirst({ number, previous, key }: EventStatement, digest: string): Promise<void> {
    const other = claimed.get(number) ?? digest;
    if (other === digest && (await incoming.check({ number, digest, previous })) !== "forked") return;
    await forks.tell({ number, previous, digest, key });
    const message = `number ${number} of ${peer.node}, or the one before it, was used for another event`;
    const remedy =
      "the node was started from an older copy: run `ecert recover` at it, which gives its events new numbers";
    throw new Refusal("NODE_BEHIND", message, {
      fields: [
        {
          field: "",
          description: message,
          remedy,
          localized: `节点${peer.node}的编号${number}或其前一号已用于其他事件，请在该节点执行ecert recover`,
        },
      ],
    });
  }

  async function apply(event: PendingEvent): Promise<void> {
    await Promise.allSettled(event.blobs.map((sha256) => arriving.get(sha256)));
    // One after the other: who counts what others keep counts only what they have taken.
    for (const taker of takersOfEvent(runtime.config, event.kind)) {
      if (taker === runtime.service) await keep(event);
      else await runtime.client(InboxService, taker).applyEvent({ node: peer.node, event });
    }
  }

  async function keep(event: PendingEvent): Promise<void> {
    const taken = await intake.take(peer.node, event.payload, event);
    if (!taken.kept) throw new Refusal("DOCUMENT_MISSING", `blobs have not come: ${taken.missing.join(", ")}`);
  }

  async function tellGap(gap: { from: number; to: number }): Promise<void> {
    metrics.count("event_gaps", { peer: peer.node });
    log.warn({ peer: peer.node, ...gap }, "events are missing: their source will send them again");
    await runtime.evidence.append("event-gap", { peer: peer.node, ...gap });
  }

  async function notice({ number, previous, key }: EventStatement, digest: string, proof: EventProof): Promise<void> {
    const noticed = incoming.note({ number, digest, previous }, proof, runtime.now());
    if (noticed.forked) await forks.tell({ number, previous, digest, key });
  }

  async function taken({ subject, data }: LinkMessage): Promise<void> {
    if (subject.startsWith(groups))
      await guarded(
        subject,
        () => data,
        () => takeGroup(data),
      );
    else if (subject.startsWith(pieces))
      await guarded(
        subject,
        () => data,
        () => takePiece(fromBinary(BlobPieceSchema, data)),
      );
    else
      await guardedEvent(
        subject,
        () => data,
        () => fromBinary(SignedEventSchema, data),
        false,
      );
  }

  /** Pieces first, and all side by side: an event waits for the blobs that it names. */
  async function takeGroup(data: Uint8Array): Promise<void> {
    const group = fromBinary(EventGroupSchema, data);
    requireGroup(group);
    const kept = group.pieces.map((piece) => {
      const encoded = () => toBinary(BlobPieceSchema, piece);
      return guarded(`${pieces}${piece.sha256}.${piece.index}`, encoded, () => takePiece(piece));
    });
    const events = group.events.map((signed) => {
      const encoded = () => toBinary(SignedEventSchema, signed);
      return guardedEvent(`${singles}${signed.number}`, encoded, () => signed, true);
    });
    await Promise.all([...kept, ...events]);
  }

  /** Only what the peer has signed may speak under an event's key. */
  function guardedEvent(subject: string, data: () => Uint8Array, signed: () => SignedEvent, together: boolean) {
    const name = { key: subject, number: 0 };
    return guarded(name, data, async () => {
      const event = opened(signed());
      ({ key: name.key, number: name.number } = event.statement);
      await takeEvent(event, together);
    });
  }

  /** Every event and piece is dealt with by itself: it is applied, waits for its source to send it again, or is set aside. */
  async function guarded(
    name: string | { key: string; number: number },
    data: () => Uint8Array,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { key, number } = typeof name === "string" ? { key: name, number: 0 } : name;
      const entry = { ...place, key, ...causeOf(error), content: data() };
      // A node that is behind is one that cannot serve now; here it is the sender, and no repetition mends what it has sent.
      if (!isPassing(error) || error.reason === "NODE_BEHIND") return setAside.put(entry);
      const tries = attempts.failed(key, number, causeOf(error));
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
        await sendReceipts(group);
      } catch (error) {
        // Without receipts the peer sends these again, which is answered like the first time.
        log.warn({ peer: peer.node, cause: String(error) }, "the position cannot be stored now");
        if (signal.aborted) return;
        await pause(500, signal);
      }
    }
  }

  /** What becomes of them is not waited for by anybody: without its receipt an event comes again. */
  async function sendReceipts(group: readonly (typeof applied)[number][]): Promise<void> {
    const made = group.map((one) => ({ ...one, receipt: makeReceipt(runtime, one.statement) }));
    const subject = `${peer.outgoing.prefix}.${RECEIPT}`;
    const together = made.filter((one) => one.together);
    const messages = made
      .filter((one) => !one.together)
      .map(({ statement, receipt }) => ({ name: `${statement.number}`, data: toBinary(ReceiptSchema, receipt) }));
    if (together[0]) {
      const message = create(ReceiptGroupSchema, { receipts: together.map(({ receipt }) => receipt) });
      messages.push({ name: `${GROUP}.${together[0].statement.number}`, data: toBinary(ReceiptGroupSchema, message) });
    }
    await Promise.allSettled(messages.map(({ name, data }) => events.publish(`${subject}.${name}`, data)));
  }

  return {
    get stuck() {
      return attempts.oldest;
    },
    async run(signal, asked) {
      // What comes now would hide what this node has applied before, if it was started from an older copy.
      await Promise.race([asked, aborted(signal)]);
      await Promise.all([events.consume(peer.incoming.stream, DATA, taken, signal, AT_ONCE), confirm(signal)]);
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

function wrong(message: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", message);
}
