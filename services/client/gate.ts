import type { Deadline } from "./deadline.ts";

/** What may be on its way to one replica at once. */
export interface GateLimits {
  /** Requests. */
  calls: number;
  /** Bytes of requests together; one that is larger by itself goes alone. */
  bytes: number;
}

interface Waiting {
  bytes: number;
  enter: () => void;
}

/**
 * Bounds what is on its way to one replica: what a server takes from one address is bounded as well, and it refuses what comes
 * beyond. Requests wait in the order in which they came, each within its own deadline.
 */
export class Gate {
  readonly #limits: GateLimits;
  readonly #queue = new Set<Waiting>();
  #calls = 0;
  #bytes = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** Requests on their way and those that wait. */
  get load(): number {
    return this.#calls + this.#queue.size;
  }

  /** Waits for room and takes it. Returns the way to give it back, once. Throws the reason of `signal`. */
  async enter(bytes: number, deadline: Pick<Deadline, "stage">, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#queue.size > 0 || !this.#hasRoom(bytes)) {
      const { calls, bytes: most } = this.#limits;
      deadline.stage = `${this.#calls} calls with ${this.#bytes} bytes are on their way, and ${calls} calls with ${most} bytes may be: it waits for room`;
      await this.#wait(bytes, signal);
    } else {
      this.#take(bytes);
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#calls--;
      this.#bytes -= bytes;
      this.#admit();
    };
  }

  #wait(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#queue.delete(waiting);
        reject(signal.reason);
        // It may have been the one that was too large for the room that there is.
        this.#admit();
      };
      const waiting: Waiting = {
        bytes,
        enter: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      this.#queue.add(waiting);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #admit(): void {
    for (const waiting of this.#queue) {
      if (!this.#hasRoom(waiting.bytes)) return;
      this.#queue.delete(waiting);
      this.#take(waiting.bytes);
      waiting.enter();
    }
  }

  #hasRoom(bytes: number): boolean {
    const { calls, bytes: most } = this.#limits;
    return this.#calls < calls && (this.#bytes + bytes <= most || this.#bytes === 0);
  }

  #take(bytes: number): void {
    this.#calls++;
    this.#bytes += bytes;
  }
}
