import { Refusal } from "../domain/refusal.ts";

/** What kept a request from its answer. */
export type Obstacle =
  /** The replica cannot be reached, its connection died, or it has fallen silent. */
  | "away"
  /** The replica sends requests back unprocessed: it stops, or has too many of them. */
  | "turned away"
  /** What came back is not of this platform, or this end could not send. */
  | "fault";

/** A request that brought no answer of the service. It never leaves the connector: callers get a `Refusal` that tells the same. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly obstacle: Obstacle;
  /** Nobody has worked on the request: to send it again is harmless, whatever its method. False where that is not known. */
  readonly unprocessed: boolean;
  readonly address: string;

  constructor(obstacle: Obstacle, unprocessed: boolean, address: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.obstacle = obstacle;
    this.unprocessed = unprocessed;
    this.address = address;
  }

  /**
   * The same for callers: `PEER_AWAY` where a core cannot be reached, else `CLIENT_FAULT`; both say what happened and where.
   * `othersServe`: other replicas are there, so that it is no outage of the core.
   */
  refusal(othersServe: boolean): Refusal {
    const { address, message, unprocessed } = this;
    const metadata = { address, processed: unprocessed ? "no" : "unknown", ...(othersServe && { others: "serve" }) };
    if (this.obstacle !== "fault") {
      const text = `${address} cannot be reached: ${message}`;
      return new Refusal("PEER_AWAY", text, { retryAfterMs: 1_000, metadata, cause: this });
    }
    const known = unprocessed ? "the request was not processed" : "whether the request was processed is not known";
    return new Refusal("CLIENT_FAULT", `${address}: ${message}; ${known}`, { metadata, cause: this });
  }
}
