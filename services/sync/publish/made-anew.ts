import { createFlight } from "../../base/single-flight.ts";

/** Something that is dear to make and may be a little old when it is handed out. */
export interface MadeAnew<T> {
  /** The last one, or a new one where that is too old. Calls that come while one is made wait for the same. */
  current(): Promise<T>;
}

/** Keeps what `make` gives for `ms` from when it was begun, by a clock that nobody sets. What fails is not kept. */
export function madeAnew<T>(ms: number, monotonic: () => number, make: () => Promise<T>): MadeAnew<T> {
  let last: { made: T; at: number } | undefined;
  const making = createFlight(async () => {
    const at = monotonic();
    const made = await make();
    last = { made, at };
    return made;
  });

  return {
    async current() {
      if (last !== undefined && monotonic() - last.at < ms) return last.made;
      return making.run();
    },
  };
}
