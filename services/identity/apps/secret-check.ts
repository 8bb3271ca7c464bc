import { createHmac, timingSafeEqual } from "node:crypto";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import { matchingHash } from "./secret.ts";

/** Comparisons (scrypt) that run at once in one process, and that wait. */
export const COMPARING = 2;
export const COMPARISONS_WAITING = 32;
/** How long a secret that was right is known again without a comparison, milliseconds. */
export const KNOWN_MS = 10 * 60_000;
/** Apps whose secrets are known again at most; beyond it the oldest is forgotten. */
const APPS = 10_000;
/** Secrets of one app that are known again: as many as are good at a time, so that hosts of an app which change over one by one never wait. */
const SECRETS = 2;
/** Milliseconds that a comparison is taken for before the first one was measured. */
const USUAL_MS = 60;

/** A secret that was right. */
interface Known {
  digest: Uint8Array;
  until: number;
}

/** Compares secrets, with bounded work. */
export interface SecretCheck {
  /** Whether a secret of the app was right within the last ten minutes: only then {@link known} can find one. */
  remembers(app: string): boolean;
  /**
   * Tells without any work under which of the hashes a secret is right, where it was so within the last ten minutes; so an app in use never
   * waits. What is kept is a digest under a key of this process.
   */
  known(app: string, secret: string, hashes: readonly string[]): string | undefined;
  /**
   * Compares; resolves to the hash under which the secret is right. An app without any, as an unknown one is, takes as long as a comparison,
   * its turn included, but none of the work, and takes no turn from others. Throws `RATE_EXCEEDED` where too many wait.
   */
  compare(app: string, secret: string, hashes: readonly string[]): Promise<string | undefined>;
}

/** Creates the check of one process. `pause` waits so many milliseconds. */
export function createSecretCheck(
  { monotonic, randomBytes }: { monotonic(): number; randomBytes(size: number): Uint8Array },
  pause: (ms: number) => Promise<unknown>,
): SecretCheck {
  const key = randomBytes(32);
  const remembered = new BoundedMemory<string, readonly Known[]>(APPS);
  const waiting: (() => void)[] = [];
  let comparing = 0;
  let usualMs = USUAL_MS;

  return {
    remembers: (app) => current(app).length > 0,
    known(app, secret, hashes) {
      const found = current(app);
      if (found.length === 0) return undefined;
      return hashes.find((hash) => {
        const digest = digestOf(app, secret, hash);
        return found.some((one) => timingSafeEqual(one.digest, digest));
      });
    },

    async compare(app, secret, hashes) {
      if (hashes.length === 0) {
        requireRoom();
        const turns = comparing < COMPARING ? 0 : 1 + Math.floor(waiting.length / COMPARING);
        await pause(usualMs * (1 + turns));
        return undefined;
      }
      await enter();
      try {
        const started = performance.now();
        const hash = await matchingHash(secret, hashes);
        usualMs = performance.now() - started;
        if (hash !== undefined) remember(app, digestOf(app, secret, hash));
        return hash;
      } finally {
        comparing--;
        const next = waiting.shift();
        if (next) comparing++;
        next?.();
      }
    },
  };

  function current(app: string): readonly Known[] {
    const now = monotonic();
    return (remembered.get(app) ?? []).filter(({ until }) => until > now);
  }

  function remember(app: string, digest: Uint8Array): void {
    const others = current(app).filter((one) => !timingSafeEqual(one.digest, digest));
    remembered.renew(app, [{ digest, until: monotonic() + KNOWN_MS }, ...others].slice(0, SECRETS));
  }

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
