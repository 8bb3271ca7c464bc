/** Bounds how many bytes are on their way at once. */
export interface ByteBudget {
  /** Resolves when there is room, in the order asked. A want larger than the whole budget is let in alone. */
  take(bytes: number): Promise<void>;
  give(bytes: number): void;
}

/** Creates a budget of so many bytes. */
export function createByteBudget(total: number): ByteBudget {
  const waiting: { bytes: number; enter: () => void }[] = [];
  let used = 0;

  function admit(): void {
    for (let first = waiting[0]; first && (used === 0 || used + first.bytes <= total); first = waiting[0]) {
      waiting.shift();
      used += first.bytes;
      first.enter();
    }
  }

  return {
    take: (bytes) =>
      new Promise((resolve) => {
        waiting.push({ bytes, enter: resolve });
        admit();
      }),
    give(bytes) {
      used -= bytes;
      admit();
    },
  };
}
