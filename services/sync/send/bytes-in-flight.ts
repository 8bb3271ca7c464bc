/** Bounds how many bytes are on their way at once. */
export interface BytesInFlight {
  /** Resolves when there is room, in the order asked. A want larger than the whole limit is let in alone. */
  take(bytes: number): Promise<void>;
  give(bytes: number): void;
}

/** Lets so many bytes be on their way at once. */
export function limitBytesInFlight(total: number): BytesInFlight {
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
