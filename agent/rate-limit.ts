import { Refusal } from "../services/domain/refusal.ts";

/** Takes one token for a key, or throws `RATE_EXCEEDED` with the time after which there will be one. */
export type RateLimit = (key: string, perMinute: number) => void;

const MINUTE_MS = 60_000;

/**
 * Token buckets by key: each fills evenly and holds one minute's worth, so that a batch passes but no more than twice the
 * rate within any minute. Kept in memory: a restart of the agent gives a full bucket.
 */
export function createRateLimit(monotonic: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key, perMinute) => {
    const at = monotonic();
    const bucket = buckets.get(key) ?? { tokens: perMinute, at };
    const filled = ((at - bucket.at) * perMinute) / MINUTE_MS;
    const tokens = Math.min(perMinute, bucket.tokens + filled);
    if (tokens < 1) {
      buckets.set(key, { tokens, at });
      const retryAfterMs = Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute);
      throw new Refusal("RATE_EXCEEDED", `${key}: more than ${perMinute} signatures a minute`, {
        retryAfterMs,
        metadata: { key, perMinute: String(perMinute) },
      });
    }
    buckets.set(key, { tokens: tokens - 1, at });
  };
}
