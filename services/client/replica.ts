import { Connection, type WireAnswer, type WireRequest } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import { Gate, type GateLimits } from "./gate.ts";
import type { Unanswered } from "./unanswered.ts";

/** How often the signs of life of a replica are looked at while something is on its way to it, milliseconds. */
const LOOK_MS = 200;
/** Nothing has come for so long: the replica is asked for a sign of life (HTTP/2 PING). */
const QUIET_MS = 600;
/** It owes that sign for so long: it is silent, and calls are sent elsewhere. */
const SILENT_MS = 800;
/** It owes it for so long: the connection is given up. */
const DEAD_MS = 10_000;
/** Pause before a replica that could not be reached is tried again behind the scenes, first and longest. */
const RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** Told while a request is on its way. */
export interface Progress {
  /** The request goes out now: from here on it may be processed. */
  sent(): void;
  /** The replica has fallen silent. */
  silent(): void;
}

/** One replica of a service: its connection, what is on its way to it, and whether it is there. */
export class Replica {
  readonly address: string;
  readonly #ca: string | undefined;
  readonly #gate: Gate;
  readonly #closed = new AbortController();
  readonly #flying = new Set<Progress>();
  #connection: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  #unreachable = false;
  #owedSince: number | undefined;
  #silent = false;
  #look: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(address: string, ca: string | undefined, limits: GateLimits) {
    this.address = address;
    this.#ca = ca;
    this.#gate = new Gate(limits);
  }

  /** Calls on their way to it and those that wait for room. */
  get load(): number {
    return this.#gate.load;
  }

  /** It was there when it was last looked at, and owes no sign of life. */
  get fit(): boolean {
    return !this.#unreachable && !this.#silent;
  }

  /** It owes a sign of life while something waits for its answer. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Sends a request once there is room and a connection. Throws `Unanswered`, or the reason of `signal`. */
  async send(request: WireRequest, deadline: Deadline, signal: AbortSignal, progress: Progress): Promise<WireAnswer> {
    const leave = await this.#gate.enter(request.body.length, deadline, signal);
    this.#flying.add(progress);
    try {
      deadline.stage = `${this.address} is being connected to`;
      const connection = await joined(this.#connected(), signal);
      this.#watch();
      deadline.stage = `${this.address} was sent the request and has not answered`;
      progress.sent();
      return await connection.send(request, signal);
    } finally {
      this.#flying.delete(progress);
      leave();
    }
  }

  close(): void {
    this.#closed.abort();
    clearInterval(this.#look);
    clearTimeout(this.#retry);
    this.#connection?.destroy("the connector was closed");
  }

  #connected(): Promise<Connection> {
    if (this.#connection?.usable) return Promise.resolve(this.#connection);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Connection> {
    const slow = setTimeout(() => this.#fallSilent(), SILENT_MS).unref();
    try {
      // One that the server has ended keeps its requests; nothing new is sent over it.
      this.#connection = await Connection.open(this.address, this.#ca, this.#closed.signal);
    } catch (error) {
      this.#unreachable = true;
      this.#retryLater(RETRY_MS);
      throw error as Unanswered;
    } finally {
      clearTimeout(slow);
    }
    this.#unreachable = false;
    this.#heard();
    return this.#connection;
  }

  /** Tries until it is there again, so that no call need find out. */
  #retryLater(ms: number): void {
    if (this.#retry || this.#closed.signal.aborted) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#connected().catch(() => {
        clearTimeout(this.#retry);
        this.#retry = undefined;
        this.#retryLater(Math.min(ms * 2, LONGEST_RETRY_MS));
      });
    }, ms).unref();
  }

  #watch(): void {
    if (this.#look) return;
    this.#lookedAt = performance.now();
    this.#look = setInterval(() => this.#lookNow(), LOOK_MS).unref();
  }

  #lookNow(): void {
    const now = performance.now();
    const late = now - this.#lookedAt - LOOK_MS;
    this.#lookedAt = now;
    const connection = this.#connection;
    if (!connection || (this.#flying.size === 0 && this.#owedSince === undefined)) {
      clearInterval(this.#look);
      this.#look = undefined;
      return;
    }
    // Where this process itself stood still, the other end is owed that time.
    if (late > LOOK_MS && this.#owedSince !== undefined) this.#owedSince += late;
    if (this.#owedSince === undefined) {
      if (now - connection.heardAt > QUIET_MS) this.#ask(connection, now);
    } else if (now - this.#owedSince > DEAD_MS) {
      connection.destroy(`no sign of life for ${DEAD_MS} ms`);
      this.#heard();
      this.#unreachable = true;
      this.#retryLater(RETRY_MS);
    } else if (now - this.#owedSince > SILENT_MS && !this.#silent) {
      this.#fallSilent();
    }
  }

  #fallSilent(): void {
    this.#silent = true;
    for (const progress of [...this.#flying]) progress.silent();
  }

  #ask(connection: Connection, now: number): void {
    this.#owedSince = now;
    connection.ping(() => {
      if (connection === this.#connection) this.#heard();
    });
  }

  #heard(): void {
    this.#owedSince = undefined;
    this.#silent = false;
  }
}

/** Waits for a connection that others wait for too. */
async function joined<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
