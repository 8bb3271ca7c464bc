import { refusalFromError } from "../call/refusal/refusal-wire.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Deadline } from "./deadline.ts";
import type { Place } from "./options.ts";
import { whatIsAway } from "./outage.ts";

/** What the side that serves is given of the time that is left. */
const FIRST_SHARE = 2 / 3;

/** What a failover needs to know. */
export interface FailoverOptions {
  hasStandBy: boolean;
  /** Division code of the home core: the beginning of every AppKey that it gives. */
  homeNode: string;
  failuresToSwitch: number;
  probeIntervalMs: number;
  /** Resolves if the home core serves again. */
  probe: () => Promise<unknown>;
  onSwitch?: ((place: Place) => void) | undefined;
}

/** One call at one side, within the milliseconds that it is given there. */
export type CallAt<T> = (place: Place, timeoutMs: number) => Promise<T>;

/** Decides which side serves usage (5.4.1): the home core, or the province's stand-by while the home core is away. */
export interface Failover {
  readonly place: Place;
  /**
   * Runs a call on the side that serves. Where that side is away the other one is asked at once; outages of the home core in a row
   * move usage to the stand-by. What another node keeps the home from is no outage of the home: the stand-by is asked that one question.
   */
  run<T>(call: CallAt<T>, deadline: Deadline): Promise<T>;
  close(): void;
}

/** Creates a failover that starts at home. */
export function createFailover(options: FailoverOptions): Failover {
  let place: Place = "home";
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function move(to: Place): void {
    if (place === to || closed) return;
    place = to;
    failures = 0;
    options.onSwitch?.(to);
    if (to === "standBy") probeLater();
  }

  function probeLater(): void {
    timer = setTimeout(async () => {
      try {
        await options.probe();
        move("home");
      } catch {
        if (!closed) probeLater();
      }
    }, options.probeIntervalMs);
    timer.unref();
  }

  /** Notes a refusal; tells whether the other side should be asked. */
  function elsewhere(tried: Place, refusal: Refusal, givenMs: number): boolean {
    const away = whatIsAway(refusal, tried, options.homeNode, givenMs);
    if (tried === "standBy") return away === "side";
    if (away === "side") {
      failures += 1;
      if (failures >= options.failuresToSwitch) move("standBy");
    } else {
      // It has answered.
      failures = 0;
    }
    return away !== undefined;
  }

  return {
    get place() {
      return place;
    },
    async run(call, deadline) {
      if (!options.hasStandBy) return call("home", deadline.leftMs);
      const tried = place;
      // A side that does not answer must leave time for the other one.
      const givenMs = deadline.leftMs * FIRST_SHARE;
      try {
        const answer = await call(tried, givenMs);
        if (tried === "home") failures = 0;
        return answer;
      } catch (error) {
        const refusal = refusalFromError(error);
        if (deadline.signal.aborted || !elsewhere(tried, refusal, givenMs)) throw refusal;
        return call(tried === "home" ? "standBy" : "home", deadline.leftMs).catch((other: unknown) => {
          // Where neither can answer, the one that was asked first tells more.
          throw whatIsAway(refusalFromError(other), undefined, options.homeNode, 0) ? refusal : other;
        });
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
