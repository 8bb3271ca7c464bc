/** Work by key that is done once at a time: who comes while it runs gets the same outcome. */
export interface SingleFlight<T> {
  run(key: string, work: () => Promise<T>): Promise<T>;
}

/** Creates an empty set of running work. */
export function createSingleFlight<T>(): SingleFlight<T> {
  const running = new Map<string, Promise<T>>();
  return {
    run(key, work) {
      const shared = running.get(key);
      if (shared) return shared;
      const own = work().finally(() => running.delete(key));
      running.set(key, own);
      return own;
    },
  };
}

/** One work that is done once at a time. */
export interface Flight<T> {
  /** Begins it, unless it runs: then its outcome is that of the running one. */
  run(): Promise<T>;
  /** The one that runs. */
  readonly running: Promise<T> | undefined;
}

/** Creates a work that is not begun yet. */
export function createFlight<T>(work: () => Promise<T>): Flight<T> {
  let running: Promise<T> | undefined;
  return {
    run() {
      running ??= work().finally(() => {
        running = undefined;
      });
      return running;
    },
    get running() {
      return running;
    },
  };
}
