import { Refusal } from "../../domain/refusal.ts";
import { addressGroup } from "../request/address-group.ts";
import { createLane, type Lane, type LaneRules } from "./attempt-lane.ts";

/** One name from one address: from the sixth failure on one attempt at a time, 100 ms doubling to 2 s apart. */
const PAIR_RULES: LaneRules = {
  freeFailures: 5,
  firstDelayMs: 100,
  longestDelayMs: 2_000,
  width: 4,
  failingWidth: 1,
  waiting: 4,
};
/** All names from one address, which may be a whole department's: from the 21st failure on two at a time, up to 1 s apart. */
const ADDRESS_RULES: LaneRules = {
  freeFailures: 20,
  firstDelayMs: 50,
  longestDelayMs: 1_000,
  width: 16,
  failingWidth: 2,
  waiting: 16,
};
/** Pairs, and addresses, remembered at most; beyond it the oldest that nobody waits in is forgotten. */
const REMEMBERED = 10_000;

/** Where an attempt comes from, and for which name. */
export interface AttemptSource {
  /** Address of the connection; see {@link addressGroup}. */
  address: string | undefined;
  /** What is guessed for: an AppKey, a department's code. */
  name: string;
}

/**
 * Slows down who guesses secrets, and locks nobody out: failures count against the address that they come from, for the name
 * and in all, never against the name. For a right secret from another address they count nothing; from the same one it waits its
 * turn: 20 seconds at most behind those that may wait. A minute without a failure forgives. What an attempt costs its
 * owner bounds: of secrets of apps all addresses share the queue of comparisons (`identity/apps/secret-check.ts`), which some twenty that guess at
 * once, for apps that exist, can keep full; a secret that was not right within the last ten minutes is then answered `RATE_EXCEEDED` until one
 * of its repetitions finds a place.
 */
export interface AttemptLimit {
  /**
   * Runs an attempt in its turn; it resolves to `undefined` if it failed. Throws `RATE_EXCEEDED` where as many wait already as
   * may, and the reason of `signal` where the caller has gone meanwhile.
   */
  run<T>(source: AttemptSource, signal: AbortSignal, attempt: () => Promise<T | undefined>): Promise<T | undefined>;
}

/** Creates a limit for one process. `pause` waits so many milliseconds. */
export function createAttemptLimit(monotonic: () => number, pause: (ms: number) => Promise<unknown>): AttemptLimit {
  const pairs = new Map<string, Lane>();
  const addresses = new Map<string, Lane>();
  return {
    async run({ address, name }, signal, attempt) {
      const group = addressGroup(address);
      const lanes = [laneOf(pairs, `${group} ${name}`, PAIR_RULES), laneOf(addresses, group, ADDRESS_RULES)] as const;
      const left: (() => void)[] = [];
      try {
        for (const lane of lanes) left.push(await enter(lane));
        signal.throwIfAborted();
        const found = await attempt();
        for (const lane of found === undefined ? lanes : []) lane.failed();
        if (found !== undefined) lanes[0].succeeded();
        return found;
      } finally {
        for (const leave of left.reverse()) leave();
      }
    },
  };

  async function enter(lane: Lane): Promise<() => void> {
    const leave = await lane.enter();
    if (!leave) {
      throw new Refusal("RATE_EXCEEDED", "too many attempts from this address wait already; try again later", {
        retryAfterMs: lane.delayMs() + 1_000,
      });
    }
    const delay = lane.delayMs();
    if (delay > 0) await pause(delay);
    return leave;
  }

  function laneOf(lanes: Map<string, Lane>, name: string, rules: LaneRules): Lane {
    const lane = lanes.get(name) ?? createLane(rules, monotonic);
    lanes.delete(name);
    lanes.set(name, lane);
    if (lanes.size > REMEMBERED) {
      for (const [oldest, { idle }] of lanes) {
        if (!idle()) continue;
        lanes.delete(oldest);
        break;
      }
    }
    return lane;
  }
}
