/** How a lane slows down. */
export interface LaneRules {
  /** Failures without any delay. */
  freeFailures: number;
  /** Delay after one failure more; it doubles with each that follows. */
  firstDelayMs: number;
  longestDelayMs: number;
  /** Attempts at once, and once there is a delay. */
  width: number;
  failingWidth: number;
  /** Attempts that may wait for their turn. */
  waiting: number;
}

/** Failures are forgotten when none has come for this long. */
const FORGIVEN_AFTER_MS = 60_000;

/** Attempts of one source, in turn. */
export interface Lane {
  /** Resolves, when the turn has come, to the way out; at once to `undefined` where too many wait. */
  enter(): Promise<(() => void) | undefined>;
  /** How long an attempt is held up now, milliseconds. */
  delayMs(): number;
  failed(): void;
  succeeded(): void;
  /** Whether nobody is in it or waits. */
  idle(): boolean;
}

/** Makes a lane without failures. */
export function createLane(rules: LaneRules, monotonic: () => number): Lane {
  const waiting: (() => void)[] = [];
  let failures = 0;
  let failedAt = 0;
  let inside = 0;

  const lane: Lane = {
    async enter() {
      if (inside < width()) inside++;
      else if (waiting.length >= rules.waiting) return undefined;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return () => {
        inside--;
        // Who is let in takes the place at once, before anybody new can.
        for (let next = waiting[0]; next && inside < width(); next = waiting[0]) {
          waiting.shift();
          inside++;
          next();
        }
      };
    },
    delayMs() {
      if (monotonic() - failedAt > FORGIVEN_AFTER_MS) failures = 0;
      const beyond = failures - rules.freeFailures;
      return beyond <= 0 ? 0 : Math.min(rules.longestDelayMs, rules.firstDelayMs * 2 ** (beyond - 1));
    },
    failed() {
      failures++;
      failedAt = monotonic();
    },
    succeeded() {
      failures = 0;
    },
    idle: () => inside === 0 && waiting.length === 0,
  };
  return lane;

  function width(): number {
    return lane.delayMs() > 0 ? rules.failingWidth : rules.width;
  }
}
