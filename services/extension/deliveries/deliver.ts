import { pause } from "../../base/pause.ts";
import type { ExtensionContext } from "../context.ts";
import type { DeliveryDocument } from "./delivery-record.ts";
import { nextAttempt } from "./schedule.ts";
import { type Outcome, send } from "./send.ts";

/** Milliseconds between two looks at what is due, where nothing new has come; deliveries of one receiver that are sent at once. */
const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 8;
/** Milliseconds for which a delivery that is being sent is nobody else's: longer than an attempt can take. */
const HELD_MS = 30_000;
/** Days for which what came to its end is kept, so that an event that arrives again is known; how often that is looked at. */
const KEPT_DAYS = 90;
const SWEEP_EVERY_MS = 600_000;
const SWEPT_AT_ONCE = 500;

/** A receiver of an extension. */
type Whose = Pick<DeliveryDocument, "extension" | "receiver">;

/**
 * Sends what is due until the signal aborts: to each receiver beside the others, so that one that does not answer, with all that waits for it, makes no
 * other wait; and beside them what is left of receivers that the configuration has no more.
 */
export async function keepDelivering(context: ExtensionContext, signal: AbortSignal): Promise<void> {
  let sweptAt = Number.NEGATIVE_INFINITY;
  const rest = async () => {
    const sent = await deliverDue(context);
    if (context.runtime.monotonic() - sweptAt > SWEEP_EVERY_MS) {
      await sweep(context);
      sweptAt = context.runtime.monotonic();
    }
    return sent;
  };
  const receivers = context.extensions.flatMap(({ manifest, receivers: its }) =>
    its.map(({ name }): Whose => ({ extension: manifest.name, receiver: name })),
  );
  const each = receivers.map((whose) => () => deliverDue(context, whose));
  await Promise.all([...each, rest].map((look) => keepLooking(context, signal, look)));
}

async function keepLooking(context: ExtensionContext, signal: AbortSignal, look: () => Promise<number>): Promise<void> {
  while (!signal.aborted) {
    let sent = 0;
    try {
      sent = await look();
    } catch (error) {
      if (!signal.aborted)
        context.runtime.log.warn({ error: String(error) }, "deliveries could not be looked at; trying again");
    }
    if (sent < AT_ONCE) await context.bell.wait(LOOK_EVERY_MS, signal);
    if (sent === 0 && !signal.aborted) await pause(0, signal);
  }
}

/** Sends what is due by now, of one receiver or of all, some at a time; resolves to how many were tried. */
export async function deliverDue(context: ExtensionContext, whose?: Whose): Promise<number> {
  const { deliveries, runtime } = context;
  // `to` is exclusive.
  const to = new Date(runtime.now().getTime() + 1).toISOString();
  const place = whose ? { index: "dueOf", equals: [whose.extension, whose.receiver] } : { index: "due" };
  const { items } = await deliveries.query({ ...place, to, limit: AT_ONCE });
  const tried = await Promise.all(items.map((one) => attempt(context, one)));
  return tried.filter(Boolean).length;
}

/** One attempt. It is counted before it is made: one that a crash cut off is an attempt as well. */
async function attempt(context: ExtensionContext, due: DeliveryDocument): Promise<boolean> {
  const { deliveries, runtime } = context;
  const now = runtime.now();
  const heldUntil = new Date(now.getTime() + HELD_MS).toISOString();
  const held = await deliveries.replace({ ...due, attempts: due.attempts + 1, nextAt: heldUntil });
  if (!held) return false;
  const receiver = context.receiver(held.extension, held.receiver);
  const outcome: Outcome = receiver
    ? await send(receiver, runtime.nodeKey, { id: held._id, body: held.body, at: now })
    : { kind: "failed", fault: "the node's configuration has this receiver no more" };
  // Where somebody else has changed it meanwhile, an operator has had it tried again: that stands.
  const stored = await deliveries.replace(after(held, outcome, runtime.now()));
  runtime.metrics.count("extension_deliveries", { receiver: held.receiver, outcome: outcome.kind });
  if (stored?.state === "given-up")
    runtime.log.error({ delivery: held._id, fault: stored.lastFault }, "an event was not delivered: given up");
  return true;
}

/** What a delivery is after an attempt. */
export function after(held: DeliveryDocument, outcome: Outcome, now: Date): DeliveryDocument {
  const { nextAt: _held, lastFault: _before, ...rest } = held;
  const endedAt = now.toISOString();
  if (outcome.kind === "delivered") return { ...rest, state: "delivered", endedAt };
  const lastFault = outcome.fault.slice(0, 300).toWellFormed();
  const next = outcome.kind === "gone" ? undefined : nextAttempt(held.attempts, now);
  if (next === undefined) return { ...rest, state: "given-up", lastFault, endedAt };
  return { ...rest, lastFault, nextAt: next };
}

/** Removes what came to its end long ago. */
async function sweep({ deliveries, runtime }: ExtensionContext): Promise<void> {
  const to = new Date(runtime.now().getTime() - KEPT_DAYS * 86_400_000).toISOString();
  for (let full = true; full; ) {
    const { items } = await deliveries.query({ index: "ended", to, limit: SWEPT_AT_ONCE });
    let removed = 0;
    for (const { _id, revision } of items) if (await deliveries.remove(_id, revision)) removed++;
    full = items.length === SWEPT_AT_ONCE && removed > 0;
  }
}
