import { setTimeout as wait } from "node:timers/promises";
import { Refusal } from "../domain/refusal.ts";

/** What a caller may say of one call. */
export interface CallOptions {
  /** Milliseconds for the whole call: its attempts, replicas, the stand-by and a new access token together. Default: that of the connector. */
  timeoutMs?: number;
  /** Ends the call with `CANCELLED`. */
  signal?: AbortSignal;
}

/** The time of one call, all of it. Counted by a clock that nobody sets. */
export class Deadline {
  readonly timeoutMs: number;
  /** Aborted with the `Refusal` that ends the call: its time is over, or its caller has cancelled it. */
  readonly signal: AbortSignal;
  /** What the call is doing, for the refusal when its time is over. */
  stage = "nothing was sent yet";
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;

  constructor({ timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined }) {
    this.timeoutMs = timeoutMs;
    this.#endsAt = performance.now() + timeoutMs;
    const own = new AbortController();
    this.#timer = setTimeout(() => own.abort(this.over()), timeoutMs);
    const given = signal && cancelledBy(signal);
    this.signal = given ? AbortSignal.any([own.signal, given]) : own.signal;
  }

  get leftMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Waits. Throws what ends the call. */
  async pause(ms: number): Promise<void> {
    try {
      await wait(ms, undefined, { signal: this.signal });
    } catch {
      throw this.signal.reason;
    }
  }

  /** Waits for something that goes on without this call. Throws what ends the call. */
  async join<T>(work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const end = () => reject(this.signal.reason);
    this.signal.addEventListener("abort", end, { once: true });
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.signal.removeEventListener("abort", end);
    }
  }

  /** The refusal of a call whose time is over. */
  over(): Refusal {
    const text = `no answer within ${Math.round(this.timeoutMs)} ms: ${this.stage}`;
    return new Refusal("DEADLINE_EXCEEDED", text, { metadata: { timeout_ms: String(Math.round(this.timeoutMs)) } });
  }

  /** The call has ended; its timer must not outlive it. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

function cancelledBy(signal: AbortSignal): AbortSignal {
  const own = new AbortController();
  // A call that is part of another one ends for the same reason.
  const cancel = () =>
    own.abort(
      signal.reason instanceof Refusal
        ? signal.reason
        : new Refusal("CANCELLED", "the caller cancelled the call", { cause: signal.reason }),
    );
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true, signal: own.signal });
  return own.signal;
}
