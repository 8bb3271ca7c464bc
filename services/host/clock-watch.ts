import { BoundedMemory } from "../base/bounded-memory.ts";
import { Refusal } from "../domain/refusal.ts";
import { type Difference, middleDifference } from "./clock-difference.ts";
import type { Logger } from "./log.ts";

/** What this process knows of how right its clock is. */
export interface ClockWatch {
  /** A source was asked and its clock was ahead by so much (negative: behind); half of the time that this took. Milliseconds. */
  observed(source: string, aheadMs: number, uncertaintyMs: number): void;
  /** Something durable of this node bears this time: while no source speaks, the clock is behind where it is earlier. */
  stamped(at: Date): void;
  /** Throws `CLOCK_WRONG` where the clock differs from what its sources tell by more than the bound, or has jumped. */
  require(): void;
}

/** The watch as the process has it. */
export interface ProcessClock extends ClockWatch {
  /** Looks at the clock; called every second, for a jump must not wait for a call. */
  tick(): void;
  /** A sentence where the clock is wrong. */
  notices(): string[];
}

/** What a watch works with. */
export interface ClockWatchParts {
  now(): Date;
  /** Milliseconds of a clock that nobody sets. */
  monotonic(): number;
  /** Difference in milliseconds up to which a clock is right. */
  toleranceMs: number;
  /** Which of what the sources tell counts. Default: {@link middleDifference}. */
  choose?: (told: readonly Difference[]) => number;
  /** The source that counts alone where there is just one beside it. Default: none is. */
  above?: string | undefined;
  log: Pick<Logger, "error" | "info">;
  /** Told what each source tells, seconds; `NaN` when it has not spoken for long. */
  onDifference?(source: string, seconds: number): void;
}

/** Of a process that nobody tells anything: for tests of one part. */
export const UNWATCHED: ClockWatch = { observed: () => {}, stamped: () => {}, require: () => {} };

/** A source counts for so long. */
const YOUNG_MS = 600_000;
/** Sources that are remembered; the one that has not spoken for longest gives way. */
const SOURCES = 1_000;
/** A process that was looked at so late stood still, and so may what lies in its sockets: that much older may it be. */
const STALL_MS = 3_000;
/** For so long after it went on. */
const STALL_ECHO_MS = 5_000;
const RETRY_AFTER_MS = 5_000;

/** What a source told: its time less the time of the monotonic clock here, so that it stays true when this clock is set. */
interface Seen {
  base: number;
  uncertainty: number;
  at: number;
}

/** Milliseconds by which the right time is ahead of this clock, and who says so. */
interface Fault {
  aheadMs: number;
  why: string;
}

/**
 * Creates the watch of a process. The clock is judged by the middle one of what its sources told within ten minutes, each taken as near to
 * this clock as its uncertainty allows; of an even number by the one farther off of the middle two. So one source of three or more that
 * lies changes nothing, one of two stops what needs a clock, and one alone is believed; of two of which one is the source `above`, that one
 * counts: else a single agent with a wrong clock would stop its node. Without sources it is judged by the monotonic
 * clock since they spoke last, or since the start: a jump is a fault until it is undone, a source speaks or the process starts anew; and
 * by what the node has stamped before.
 */
export function createClockWatch(parts: ClockWatchParts): ProcessClock {
  return new Watch(parts);
}

class Watch implements ProcessClock {
  readonly #parts: ClockWatchParts;
  readonly #seen = new BoundedMemory<string, Seen>(SOURCES);
  /** The right time less the monotonic clock, as far as it is known. */
  #base: number;
  #latest = Number.NEGATIVE_INFINITY;
  #ticked: number | undefined;
  #stall = { ms: 0, until: 0 };
  #told = false;

  constructor(parts: ClockWatchParts) {
    this.#parts = parts;
    this.#base = this.#offset();
  }

  observed(source: string, aheadMs: number, uncertaintyMs: number): void {
    if (!Number.isFinite(aheadMs) || !(uncertaintyMs >= 0)) return;
    const at = this.#parts.monotonic();
    this.#seen.renew(source, { base: aheadMs + this.#offset(), uncertainty: uncertaintyMs + this.#stalledMs(at), at });
    this.#look();
  }

  stamped(at: Date): void {
    const time = at.getTime();
    if (time > this.#latest) this.#latest = time;
  }

  require(): void {
    const fault = this.#look();
    if (fault) throw this.#refusal(fault);
  }

  tick(): void {
    const at = this.#parts.monotonic();
    const stalled = this.#stalledMs(at);
    if (this.#ticked !== undefined && at - this.#ticked > STALL_MS) {
      this.#stall = { ms: stalled, until: at + STALL_ECHO_MS };
    }
    this.#ticked = at;
    for (const [source, seen] of this.#seen) {
      const old = at - seen.at > YOUNG_MS;
      if (old) this.#seen.delete(source);
      this.#parts.onDifference?.(source, old ? Number.NaN : (seen.base - this.#offset()) / 1_000);
    }
    this.#look();
  }

  notices(): string[] {
    const fault = this.#fault();
    return fault ? [`clock: ${this.#sentence(fault)}`] : [];
  }

  /** Finds the fault, and tells the log when there is one and when it is over. */
  #look(): Fault | undefined {
    const fault = this.#fault();
    const { log } = this.#parts;
    if (fault && !this.#told) log.error({ aheadMs: Math.round(fault.aheadMs) }, this.#sentence(fault));
    if (!fault && this.#told) log.info({}, "the clock is right again");
    this.#told = fault !== undefined;
    return fault;
  }

  #fault(): Fault | undefined {
    const { toleranceMs, now, monotonic, choose = middleDifference } = this.#parts;
    const offset = this.#offset();
    const counting = this.#counting(monotonic());
    if (counting.length > 0) {
      const told = counting.map(([, { base, uncertainty }]) => ({ ms: base - offset, uncertainty }));
      const aheadMs = choose(told);
      const wrong = Math.abs(aheadMs) > toleranceMs;
      // Known beyond the time for which the sources count.
      this.#base = wrong ? offset + aheadMs : offset;
      return wrong ? { aheadMs, why: `by what ${whoOf(counting.map(([source]) => source))} told` } : undefined;
    }
    const jump = this.#base - offset;
    if (Math.abs(jump) > toleranceMs) return { aheadMs: jump, why: "by the time that has passed since it was right" };
    const behind = this.#latest - now().getTime();
    return behind > toleranceMs ? { aheadMs: behind, why: "by the newest time that this node has stored" } : undefined;
  }

  #counting(at: number): [string, Seen][] {
    const young = [...this.#seen].filter(([, seen]) => at - seen.at <= YOUNG_MS);
    const above = young.find(([source]) => source === this.#parts.above);
    return above && young.length === 2 ? [above] : young;
  }

  #offset(): number {
    return this.#parts.now().getTime() - this.#parts.monotonic();
  }

  #stalledMs(at: number): number {
    const silent = this.#ticked === undefined ? 0 : at - this.#ticked;
    return Math.max(silent > STALL_MS ? silent : 0, at < this.#stall.until ? this.#stall.ms : 0);
  }

  #sentence({ aheadMs, why }: Fault): string {
    const seconds = Math.round(Math.abs(aheadMs) / 1_000);
    return `the clock of this host is ${seconds} s ${aheadMs > 0 ? "behind" : "ahead"}, ${why}: set it by NTP`;
  }

  #refusal(fault: Fault): Refusal {
    const bound = this.#parts.toleranceMs / 1_000;
    return new Refusal("CLOCK_WRONG", `${this.#sentence(fault)}; ${bound} s are allowed`, {
      fields: [
        {
          field: "clock",
          description: this.#sentence(fault),
          remedy: "set the clock of the host by NTP",
          localized: `主机时钟${fault.aheadMs > 0 ? "慢" : "快"}${Math.round(Math.abs(fault.aheadMs) / 1_000)}秒，最多允许${bound}秒，请用NTP校准`,
        },
      ],
      retryAfterMs: RETRY_AFTER_MS,
      metadata: { ahead_ms: String(Math.round(-fault.aheadMs)), allowed_ms: String(this.#parts.toleranceMs) },
    });
  }
}

/** Names a few of the sources. */
function whoOf(sources: readonly string[]): string {
  const named = sources.slice(0, 5).join(", ");
  return sources.length > 5 ? `${named} and ${sources.length - 5} more` : named;
}
