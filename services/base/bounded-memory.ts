/**
 * A map that keeps so much and no more: with what is beyond it, the oldest entries go. Without weights that is a number of entries, else
 * the sum of their weights, so that an entry which is heavier than all may be is not kept. For what can be had again.
 */
export class BoundedMemory<K, V> {
  readonly #most: number;
  /** The oldest first: a map keeps the order of insertion. */
  readonly #held = new Map<K, { value: V; weight: number }>();
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Number of entries. */
  get size(): number {
    return this.#held.size;
  }

  get(key: K): V | undefined {
    return this.#held.get(key)?.value;
  }

  has(key: K): boolean {
    return this.#held.has(key);
  }

  /** Keeps a value. A key that is kept already stays as old as it is. */
  set(key: K, value: V, weight = 1): void {
    this.#total += weight - (this.#held.get(key)?.weight ?? 0);
    this.#held.set(key, { value, weight });
    for (const oldest of this.#held.keys()) {
      if (this.#total <= this.#most) return;
      this.delete(oldest);
    }
  }

  /** Keeps a value, which is the last to go then. */
  renew(key: K, value: V, weight = 1): void {
    this.delete(key);
    this.set(key, value, weight);
  }

  /** The value, which is the last to go then: who reads by this alone keeps what was used last. */
  use(key: K): V | undefined {
    const found = this.#held.get(key);
    if (found === undefined) return undefined;
    this.#held.delete(key);
    this.#held.set(key, found);
    return found.value;
  }

  /** The value that is kept, or else the one that `make` gives, which is kept then. What it throws is thrown. */
  recall(key: K, make: () => V): V {
    const found = this.#held.get(key);
    if (found !== undefined) return found.value;
    const value = make();
    this.set(key, value);
    return value;
  }

  /** Whether there was such an entry. */
  delete(key: K): boolean {
    this.#total -= this.#held.get(key)?.weight ?? 0;
    return this.#held.delete(key);
  }

  clear(): void {
    this.#held.clear();
    this.#total = 0;
  }

  /** Entries, the oldest first. An entry may be removed meanwhile. */
  *[Symbol.iterator](): Generator<[K, V]> {
    for (const [key, { value }] of this.#held) yield [key, value];
  }
}
