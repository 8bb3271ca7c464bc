import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { UsageContext } from "../context.ts";
import type { PresentationDocument } from "./presentation-record.ts";

/** Presentations of one holder at a node whose time is not over, at most. */
export const OPEN_PRESENTATIONS = 10;

/**
 * Stores a new presentation in a free place of its holder: a unique index holds the limit, whatever comes at once. Throws
 * `RATE_EXCEEDED` where each place holds one whose time is not over, redeemed or withdrawn ones too, so that nobody fills the store.
 * `told` is awaited once, before it is stored, and not where all places are held: what is refused leaves no evidence to fill up either.
 */
export async function storeInPlace(
  { presentations, runtime }: UsageContext,
  made: PresentationDocument,
  told: () => Promise<void>,
) {
  let isTold = false;
  const now = runtime.now().getTime();
  let free = instantOf(made.expiresAt);
  for (let place = 0; place < OPEN_PRESENTATIONS; place++) {
    const { items } = await presentations.query({ index: "places", equals: [made.holder, place], limit: 1 });
    const [held] = items;
    if (held && now < instantOf(held.expiresAt)) {
      free = Math.min(free, instantOf(held.expiresAt));
      continue;
    }
    const { place: _, ...ended } = held ?? {};
    if (held) await presentations.replace(ended as PresentationDocument);
    if (!isTold) await told();
    isTold = true;
    // Whoever was first takes the place; the next one is looked at.
    if (await insertNew(presentations, { ...made, place })) return;
  }
  const message = `${OPEN_PRESENTATIONS} presentations of this holder are not over yet; show one of them, or wait for 60 s`;
  throw new Refusal("RATE_EXCEEDED", message, {
    retryAfterMs: Math.max(1, free - now),
    metadata: { limit: String(OPEN_PRESENTATIONS) },
    localizedDetail: `同一持证主体60秒内最多亮证${OPEN_PRESENTATIONS}次，请使用已生成的亮证码，或稍后再试`,
  });
}
