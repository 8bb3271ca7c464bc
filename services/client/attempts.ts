import type { Reason } from "../domain/reason.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Deadline } from "./deadline.ts";
import type { Manner } from "./race.ts";
import type { Replica } from "./replica.ts";
import { Unanswered } from "./unanswered.ts";

/** Reasons that say that nothing was begun with: any call may be sent again. */
const NOT_BEGUN: ReadonlySet<Reason> = new Set<Reason>(["OVERLOADED", "RATE_EXCEEDED"]);

/** Reasons for which the same call may succeed a moment later, or at another replica at once. */
const PASSING: ReadonlySet<Reason> = new Set<Reason>([
  "PEER_AWAY",
  "STORE_AWAY",
  "AGENT_AWAY",
  "DEVICE_AWAY",
  "DEVICE_FAULT",
  "REVISION_CONFLICT",
]);

/** Reasons for which a call gets another access token, once. */
const TOKEN: ReadonlySet<Reason> = new Set<Reason>(["TOKEN_EXPIRED", "TOKEN_REFUSED"]);

/** First and longest pause behind a round in which no replica answered; the servers' advice counts within the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** How often a call is tried. */
export interface AttemptOptions {
  replicas: readonly Replica[];
  deadline: Deadline;
  manner: Manner;
  /** Rounds over all replicas in which one of them may have worked on the request, the first included. */
  attempts: number;
  /** Another side stands by: a core that cannot be reached is not waited for. */
  impatient: boolean;
  /** Sends to one replica; `another` gives one more that was not asked in this round. */
  send: (replica: Replica, another: () => Replica | undefined) => Promise<Uint8Array>;
  /** The token was refused: the next attempt gets another. */
  renewToken: () => void;
}

/**
 * Calls until there is an answer, within the one deadline. A request that nobody has worked on is sent to the next replica at once
 * and, behind a round over all, again and again; one that may have been processed is sent again only where that is harmless, and
 * for at most so many rounds. A reason that another replica may not have is asked there before anything is waited for.
 */
export async function attemptAll(options: AttemptOptions): Promise<Uint8Array> {
  const { replicas, deadline, manner, attempts, impatient } = options;
  const asked = new Set<Replica>();
  let rounds = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let renewed = false;
  /** The most telling error of this round, and whether one of its requests may have been worked on. */
  let told: Unanswered | Refusal | undefined;
  let worked = false;
  const next = () => {
    const found = choose(replicas, asked, asked.size > 0);
    if (found) asked.add(found);
    return found;
  };
  for (;;) {
    const replica = asked.size === 0 ? next() : (next() ?? chooseUnfit(replicas, asked));
    if (!replica) {
      // Every replica was asked.
      const error = told as NonNullable<typeof told>;
      if (worked) rounds++;
      const advice = error instanceof Refusal ? (error.retryAfterMs ?? 0) : 0;
      const wait = Math.max(Math.min(advice, LONGEST_PAUSE_MS), pauseMs) * (0.75 + Math.random() / 2);
      const away = error instanceof Unanswered && error.obstacle === "away";
      if (rounds >= attempts || advice > deadline.leftMs || wait >= deadline.leftMs || (impatient && away)) {
        throw refusalOf(error, replicas);
      }
      await deadline.pause(wait);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      asked.clear();
      told = undefined;
      worked = false;
      continue;
    }
    asked.add(replica);
    try {
      return await options.send(replica, next);
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      if (!(error instanceof Refusal) && !(error instanceof Unanswered)) throw error;
      const tokenRefused = error instanceof Refusal && TOKEN.has(error.reason);
      if (tokenRefused && !renewed) {
        renewed = true;
        options.renewToken();
        asked.delete(replica);
        continue;
      }
      const verdict = judge(error, manner);
      if (verdict === "final") throw refusalOf(error, replicas);
      worked ||= verdict === "counts";
      if (!(told instanceof Refusal)) told = error;
    }
  }
}

/** What an error means for the next attempt. */
function judge(error: Unanswered | Refusal, { repeatable }: Manner): "final" | "again" | "counts" {
  if (error instanceof Unanswered) {
    if (error.unprocessed) return error.obstacle === "fault" ? "final" : "again";
    return repeatable ? "counts" : "final";
  }
  // A body that did not arrive in the time that a limit of the server gives was not even read to its end.
  const late = error.reason === "DEADLINE_EXCEEDED" && error.metadata.limit_name !== undefined;
  if (NOT_BEGUN.has(error.reason) || late) return "again";
  // A server that stops ends what it has not finished in time, and says when to come again.
  const stopped = error.reason === "CANCELLED" && error.retryAfterMs !== undefined;
  return repeatable && (PASSING.has(error.reason) || stopped) ? "counts" : "final";
}

function refusalOf(error: Unanswered | Refusal, replicas: readonly Replica[]): Refusal {
  if (error instanceof Refusal) return error;
  return error.refusal(replicas.some(({ address, fit }) => fit && address !== error.address));
}

/** The replica with the least on its way, of those that are there; one that is not only where it is the first to be asked. */
function choose(replicas: readonly Replica[], asked: ReadonlySet<Replica>, fitOnly: boolean): Replica | undefined {
  const left = replicas.filter((replica) => !asked.has(replica));
  const fit = left.filter((replica) => replica.fit);
  return leastLoaded(fit.length > 0 || fitOnly ? fit : left);
}

/** A replica that was not there when it was looked at last: asked when no other is left, a silent one at the very last. */
function chooseUnfit(replicas: readonly Replica[], asked: ReadonlySet<Replica>): Replica | undefined {
  const left = replicas.filter((replica) => !asked.has(replica));
  const speaking = left.filter(({ silent }) => !silent);
  return leastLoaded(speaking.length > 0 ? speaking : left);
}

function leastLoaded(replicas: readonly Replica[]): Replica | undefined {
  const least = Math.min(...replicas.map(({ load }) => load));
  const equal = replicas.filter(({ load }) => load === least);
  return equal[Math.floor(Math.random() * equal.length)];
}
