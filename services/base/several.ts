/**
 * Does work on items, `width` of them at the same time, in their order. Rejects with the first error; what has begun by then is waited for,
 * and nothing more is begun.
 */
export async function several<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  let failed = false;
  async function lane(): Promise<void> {
    for (let next = left.next(); !next.done && !failed; next = left.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: width }, lane));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}
