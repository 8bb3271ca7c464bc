/** Something that is dear to make and may be a little old when it is handed out. */
export interface MadeAnew<T> {
  /** The last one, or a new one where that is too old. Calls that come while one is made wait for the same. */
  current(): Promise<T>;
}

/** Keeps what `make` gives for `ms`, counted from `madeAt`. What fails is not kept. */
export function madeAnew<T>(
  ms: number,
  now: () => Date,
  madeAt: (made: T) => Date,
  make: () => Promise<T>,
): MadeAnew<T> {
  let last: T | undefined;
  let making: Promise<T> | undefined;
  return {
    async current() {
      if (last !== undefined && now().getTime() - madeAt(last).getTime() < ms) return last;
      making ??= make().finally(() => {
        making = undefined;
      });
      last = await making;
      return last;
    },
  };
}
