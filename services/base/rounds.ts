/** Work that is done again and again, all of it at the same moments: a process that has little to do is woken once, not by each for itself. */
export interface Rounds {
  /** Does this in every round from now on. Returns the way to leave. */
  join(work: () => void): () => void;
}

/** Creates rounds that go every so many milliseconds while somebody has joined; they alone keep no process running. */
export function createRounds(everyMs: number): Rounds {
  const joined = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  return {
    join(work) {
      joined.add(work);
      timer ??= setInterval(() => {
        for (const one of joined) one();
      }, everyMs).unref();
      return () => {
        if (!joined.delete(work) || joined.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
