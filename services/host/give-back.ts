import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What the collecting works with. */
export interface GiveBackParts {
  /** Bytes that the process's objects and buffers take now. */
  used(): number;
  /** Milliseconds of a clock that nobody sets. */
  monotonic(): number;
  /** Collects the whole heap; thoroughly: what the heap then needs no more goes back to the system, at the price of a longer pause. */
  collect(thoroughly: boolean): void;
  /** Also collects thoroughly once the process has become idle. */
  whenIdle?: boolean;
  /** Told of each collection: seconds that it took. */
  onCollected?(seconds: number): void;
}

/** Bytes that may gather since the last collection, or this share of what was left by it where that is more. */
const GATHERED = 24 << 20;
const SHARE = 1 / 8;
/** Two collections are so far apart: each is a pause of the loop that serves calls, about a tenth of a second. */
const APART_MS = 60_000;
/** The same where very much has gathered. */
const MUCH = 128 << 20;
const SOON_MS = 10_000;
const LOOK_MS = 5_000;
/** A process in which so little comes between two looks, so many times, is idle. */
const LITTLE = 4 << 20;
const QUIET_LOOKS = 6;

/**
 * Looks, and collects what has gathered. The engine itself begins to collect the heap when it is a gigabyte (`npm start`), which keeps its pauses
 * away while certificates pass through; a process that does little would grow to that for hours, and one that was attacked keep what it took.
 * With `whenIdle`, one that has become idle is collected thoroughly, once until it has had work again: what loading it took is half of its heap.
 * Not for cores: the engine then forgets the gigabyte, and pauses again and again in the work that follows.
 */
export function createGiveBack(parts: GiveBackParts): { look(): void } {
  const { used, monotonic, collect, whenIdle = false, onCollected = () => {} } = parts;
  let least = used();
  let dropped = false;
  let collectedAt = monotonic();
  let last = least;
  let quiet = 0;
  let worked = true;
  let givenAt = Number.NEGATIVE_INFINITY;
  /** Collects, and tells the time that it took. */
  const give = (thoroughly: boolean) => {
    const begun = monotonic();
    collect(thoroughly);
    givenAt = collectedAt = monotonic();
    last = least = used();
    dropped = false;
    onCollected((collectedAt - begun) / 1_000);
  };
  return {
    look() {
      const now = used();
      // The engine has collected by itself, or what was in use at the last collection has gone, and nobody knows what lies beside it.
      if (least - now >= GATHERED) dropped = true;
      least = Math.min(least, now);
      quiet = now - last < LITTLE ? quiet + 1 : 0;
      worked ||= quiet === 0;
      last = now;
      if (whenIdle && worked && quiet >= QUIET_LOOKS && monotonic() - givenAt >= APART_MS) {
        worked = false;
        return give(true);
      }
      const apart = now - least > MUCH ? SOON_MS : APART_MS;
      const gathered = now - least >= Math.max(GATHERED, least * SHARE);
      if ((gathered || dropped) && monotonic() - collectedAt >= apart) give(false);
    },
  };
}

/**
 * Gives memory back every now and then until it is stopped. It is that of the thread which calls: each has a heap of its own, and one that waits
 * for its next job is not collected by the engine for minutes.
 */
export function giveBackMemory(
  onCollected?: (seconds: number) => void,
  { whenIdle = false }: Pick<GiveBackParts, "whenIdle"> = {},
): { stop(): void } {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: object) => void;
  const collect = (thoroughly: boolean) =>
    gc({ type: "major", execution: "sync", flavor: thoroughly ? "last-resort" : "regular" });
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const { look } = createGiveBack({
    used,
    collect,
    whenIdle,
    monotonic: () => performance.now(),
    ...(onCollected && { onCollected }),
  });
  const timer = setInterval(look, LOOK_MS).unref();
  return { stop: () => clearInterval(timer) };
}
