import type { Refusal } from "../domain/refusal.ts";
import { refusalFromError } from "../runtime/refusal-wire.ts";
import { isOutage } from "./attempts.ts";
import type { Place } from "./options.ts";

/** What a failover needs to know. */
export interface FailoverOptions {
  hasStandBy: boolean;
  failuresToSwitch: number;
  probeIntervalMs: number;
  /** Resolves if the home core serves again. */
  probe: () => Promise<unknown>;
  onSwitch?: ((place: Place) => void) | undefined;
}

/** Decides which side serves usage (5.4.1): the home core, or the province's stand-by while the home core is away. */
export interface Failover {
  readonly place: Place;
  /** Runs a call on the side that serves; on an outage of the home core it is run again on the stand-by. */
  run<T>(call: (place: Place) => Promise<T>): Promise<T>;
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

  function outage(refusal: Refusal): boolean {
    if (!options.hasStandBy || !isOutage(refusal)) return false;
    failures += 1;
    if (failures >= options.failuresToSwitch) move("standBy");
    return true;
  }

  return {
    get place() {
      return place;
    },
    async run(call) {
      for (;;) {
        const tried = place;
        try {
          const answer = await call(tried);
          if (tried === "home") failures = 0;
          return answer;
        } catch (error) {
          const refusal = refusalFromError(error);
          if (tried === "standBy" || !outage(refusal)) throw refusal;
        }
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
