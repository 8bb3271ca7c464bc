/** How often a line of progress is written anew, milliseconds. */
const EVERY_MS = 200;

/** Tells people at a terminal how far long work has come and how long it still takes; silent where standard error is none. */
export function createProgress(what: string): { tell(done: number, whole: number): void; end(): void } {
  const begun = performance.now();
  let told = begun;
  const { stderr } = process;
  return {
    tell(done, whole) {
      const now = performance.now();
      if (!stderr.isTTY || now - told < EVERY_MS) return;
      told = now;
      stderr.write(`\r\x1b[K${progressText(what, done, whole, now - begun)}`);
    },
    end() {
      if (stderr.isTTY) stderr.write("\r\x1b[K");
    },
  };
}

/** One line: share that is done, and the time left at the pace so far. */
export function progressText(what: string, done: number, whole: number, elapsedMs: number): string {
  const share = whole === 0 ? 1 : done / whole;
  const left = done === 0 ? undefined : Math.ceil((elapsedMs * (whole - done)) / done / 1_000);
  const time = left === undefined ? "" : `，约剩 ${left} 秒 · about ${left} s left`;
  return `${what} ${Math.floor(share * 100)}%${time}`;
}
