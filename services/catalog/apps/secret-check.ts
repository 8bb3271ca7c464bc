import { createHmac, timingSafeEqual } from "node:crypto";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import { secretMatches } from "./secret.ts";

/** Comparisons (scrypt) that run at once in one process, and that wait. */
export const COMPARING = 2;
export const COMPARISONS_WAITING = 32;
/** How long a secret that was right is known again without a comparison, milliseconds. */
export const KNOWN_MS = 10 * 60_000;
/** Apps whose secret is known again at most; beyond it the oldest is forgotten. */
const APPS = 10_000;
/** Milliseconds that a comparison is taken for before the first one was measured. */
const USUAL_MS = 60;

/** What is needed of an app to compare its secret: the hash that is kept. */
export interface Account {
  secretHash?: string | undefined;
}

/** Compares secrets, with bounded work. */
export interface SecretCheck {
  /** Whether a secret of the app was right within the last ten minutes: only then {@link isKnown} can be true. */
  remembers(app: string): boolean;
  /**
   * Tells without any work that a secret is right which was so within the last ten minutes, as long as the app has the same hash;
   * so an app in use never waits. What is kept is a digest under a key of this process.
   */
  isKnown(app: string, secret: string, account: Account | undefined): boolean;
  /**
   * Compares. An unknown app takes as long as a comparison, its turn included, but none of the work, and takes no turn from others.
   * Throws `RATE_EXCEEDED` where too many wait.
   */
  compare(app: string, secret: string, account: Account | undefined): Promise<boolean>;
}

/** Creates the check of one process. `pause` waits so many milliseconds. */
export function createSecretCheck(
  { monotonic, randomBytes }: { monotonic(): number; randomBytes(size: number): Uint8Array },
  pause: (ms: number) => Promise<unknown>,
): SecretCheck {
  const key = randomBytes(32);
  const known = new BoundedMemory<string, { digest: Uint8Array; until: number }>(APPS);
  const waiting: (() => void)[] = [];
  let comparing = 0;
  let usualMs = USUAL_MS;

  return {
    remembers: (app) => (known.get(app)?.until ?? 0) > monotonic(),
    isKnown(app, secret, account) {
      const found = known.get(app);
      if (!found || account?.secretHash === undefined || found.until <= monotonic()) return false;
      return timingSafeEqual(found.digest, digestOf(app, secret, account.secretHash));
    },

    async compare(app, secret, account) {
      if (account?.secretHash === undefined) {
        requireRoom();
        const turns = comparing < COMPARING ? 0 : 1 + Math.floor(waiting.length / COMPARING);
        await pause(usualMs * (1 + turns));
        return false;
      }
      await enter();
      try {
        const started = performance.now();
        const right = await secretMatches(secret, account.secretHash);
        usualMs = performance.now() - started;
        if (right) {
          const digest = digestOf(app, secret, account.secretHash);
          known.renew(app, { digest, until: monotonic() + KNOWN_MS });
        }
        return right;
      } finally {
        comparing--;
        const next = waiting.shift();
        if (next) comparing++;
        next?.();
      }
    },
  };

  async function enter(): Promise<void> {
    requireRoom();
    if (comparing < COMPARING) comparing++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function requireRoom(): void {
    if (comparing < COMPARING || waiting.length < COMPARISONS_WAITING) return;
    throw new Refusal("RATE_EXCEEDED", "too many secrets are being compared; try again", { retryAfterMs: 1_000 });
  }

  function digestOf(app: string, secret: string, hash: string): Uint8Array {
    return createHmac("sha256", key)
      .update(JSON.stringify([app, secret, hash]))
      .digest();
  }
}
