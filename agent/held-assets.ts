/** Contents by digest, as many as there is room for. */
export interface HeldAssets<T> {
  /** Takes a content; it is the last to go. */
  put(sha256: string, content: T, bytes: number): void;
  /** The content, which is then the last to go; `undefined` where it is not held. */
  get(sha256: string): T | undefined;
}

/** Makes room for `limit` bytes; beyond them the contents unused for longest go. */
export function createHeldAssets<T>(limit: number): HeldAssets<T> {
  const held = new Map<string, { content: T; bytes: number }>();
  let total = 0;

  function drop(sha256: string): void {
    total -= held.get(sha256)?.bytes ?? 0;
    held.delete(sha256);
  }

  return {
    put(sha256, content, bytes) {
      drop(sha256);
      held.set(sha256, { content, bytes });
      total += bytes;
      for (const oldest of held.keys()) {
        if (total <= limit) return;
        drop(oldest);
      }
    },
    get(sha256) {
      const found = held.get(sha256);
      if (found === undefined) return undefined;
      // A map keeps the order of insertion: taken out and put back, this one is the last to go.
      held.delete(sha256);
      held.set(sha256, found);
      return found.content;
    },
  };
}
