/** Watches the turns of the loop of the thread that calls it. */
export interface TurnWatch {
  /** Processor time of the longest turn since the last look, milliseconds: what blocks the loop, whatever else the machine does. */
  longest(): number;
  stop(): void;
}

/** Begins to watch. It keeps the loop turning, so it is for benches and tests. */
export function watchTurns(): TurnWatch {
  let longest = 0;
  let before = process.threadCpuUsage();
  let running = true;
  const look = (): void => {
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, (used.user + used.system) / 1e3);
    before = process.threadCpuUsage();
    if (running) setImmediate(look);
  };
  setImmediate(look);
  return {
    longest() {
      const seen = longest;
      longest = 0;
      return seen;
    },
    stop() {
      running = false;
    },
  };
}
