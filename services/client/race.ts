import { Refusal } from "../domain/refusal.ts";
import type { WireAnswer, WireRequest } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import type { Replica } from "./replica.ts";
import { Unanswered } from "./unanswered.ts";

/** A read that has not been answered for so long is asked for at another replica as well, milliseconds. */
const HEDGE_MS = 500;
/** A replica that is silent for so much longer is given up where the other side stands by, which answers the call then. */
const TURN_MS = 1_500;
/** The same where only another replica is there, and the call must not be sent twice: its caller is told that nobody knows. */
const GIVE_UP_MS = 5_000;

/** How a request may be sent again while it is on its way. */
export interface Manner {
  /** It has no side effects. */
  read: boolean;
  /** The contract declares it a read or idempotent. */
  repeatable: boolean;
}

/** Spares servers that are slow for everybody: one read in ten may be asked for twice, ten at once after a quiet time. */
export class HedgeBudget {
  #left = 10;

  called(): void {
    this.#left = Math.min(10, this.#left + 0.1);
  }

  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** What a race needs beside its first replica. */
export interface RaceOptions {
  deadline: Deadline;
  manner: Manner;
  budget: HedgeBudget;
  /** Another replica that is there and was not asked yet. */
  another: () => Replica | undefined;
  /** What there is to turn to when a replica stays silent: another side, or another replica. */
  elsewhere: "side" | "replica" | undefined;
}

/** The first answer, and whose it is. */
export interface Won {
  answer: WireAnswer;
  from: string;
}

/**
 * Sends a request to a replica, and to one more where the first leaves it waiting and the request may be sent twice: when the first
 * falls silent, when half of the time is over, and for reads after half a second. The first answer counts, the other request is
 * cancelled. A silent replica is given up: at once where it was not sent the request yet, else after a while.
 */
export function race(first: Replica, request: WireRequest, options: RaceOptions): Promise<Won> {
  const { deadline, manner, budget, another, elsewhere } = options;
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const timers: NodeJS.Timeout[] = [];
    let running = 0;
    let doubled = false;
    let decisive: unknown;

    function end(settle: () => void): void {
      for (const timer of timers) clearTimeout(timer);
      settle();
      over.abort(new Refusal("CANCELLED", "another replica has answered"));
    }

    function double(): void {
      if (doubled || over.signal.aborted) return;
      const replica = another();
      if (!replica) return;
      doubled = true;
      start(replica);
    }

    function later(ms: number, then: () => void): void {
      timers.push(setTimeout(then, ms));
    }

    function start(replica: Replica): void {
      running++;
      const own = new AbortController();
      let sent = false;
      const giveUp = (why: string) => own.abort(new Unanswered("away", !sent, replica.address, why));
      const silent = () => {
        const why = "it gives no sign of life";
        if (!sent) return giveUp(why);
        if (manner.repeatable) double();
        if (elsewhere) later(elsewhere === "side" ? TURN_MS : GIVE_UP_MS, () => replica.silent && giveUp(why));
      };
      const signal = AbortSignal.any([deadline.signal, over.signal, own.signal]);
      const progress = {
        sent() {
          sent = true;
          if (replica.silent) silent();
        },
        silent,
      };
      replica.send(request, deadline, signal, progress).then(
        (answer) => end(() => resolve({ answer, from: replica.address })),
        (error: unknown) => {
          running--;
          // What may have been processed weighs more than what was not.
          if (!(decisive instanceof Unanswered && !decisive.unprocessed)) decisive = error;
          if (running === 0) end(() => reject(decisive));
        },
      );
    }

    start(first);
    if (manner.read) later(HEDGE_MS, () => !doubled && budget.take() && double());
    if (manner.repeatable) later(deadline.leftMs / 2, double);
  });
}
