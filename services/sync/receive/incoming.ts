import type { EventProof } from "./event-proof.ts";

/** What the position knows of an event: its number, its digest, and that of the event before. */
export interface Numbered {
  number: number;
  digest: string;
  previous: string;
}

/** What the number of an applied event tells. */
export interface Noticed {
  /** The number was applied before. */
  repeated: boolean;
  /** The event does not follow from the one before: the peer's numbering has two histories. */
  forked: boolean;
}

/** The numbers that came from one peer (services/README.md, "The road of one certificate", step 8). */
export interface Incoming {
  /** Notes that an event came. MUST be called in the order of the stream. Returns numbers that are missing, told once. */
  arrived(number: number): { from: number; to: number } | undefined;
  /**
   * What is known before an event is applied. `forked`: its number was applied for another event, or it follows from another one than
   * this node has applied; it MUST NOT be applied. Of numbers that were applied by a version without `received` nothing is known.
   */
  check(event: Numbered): Promise<"new" | "repeated" | "forked">;
  /** Notes that an event was applied durably, with what proves that the peer has given it out, and when that was. */
  note(event: Numbered, proof?: EventProof, at?: Date): Noticed;
  /**
   * Stores the position, behind the digests of what was applied. A receipt MUST NOT leave before: the peer does not send a confirmed event again, so a position
   * that was lost behind a receipt would look like a gap for ever.
   */
  flush(): Promise<void>;
  /**
   * Stops waiting for missing numbers: what they stood for is known to be here (archives were found equal). Needed where
   * this node was restored from a backup, for the peer does not send again what was confirmed. Returns whether it waited.
   */
  settle(): boolean;
  /**
   * Goes on, durably, behind a number that the peer holds a receipt for: a node that was started from an older copy has applied it once.
   * `digest` is that of the event, hex; empty: not known. Does nothing where the position is as far already.
   */
  continueFrom(number: number, digest: string): Promise<void>;
  /** Whether the number was applied for the event with this digest; `undefined` where it was not applied or that is not known. */
  fits(number: number, digest: string): Promise<boolean | undefined>;
  /**
   * The highest number that any process of this node has applied, the digest of its event (empty: not known) and its proof. Stored before
   * it resolves.
   */
  mark(): Promise<{ number: number; digest: string; proof: EventProof | undefined }>;
  /** The number was applied. */
  has(number: number): boolean;
  /** Every number up to this one was applied. */
  readonly through: number;
  /** When an event of the peer was last applied, RFC 3339. Empty: not known. */
  readonly appliedAt: string;
  /** The highest number applied. */
  readonly highest: number;
  /** Gaps noticed, in all. */
  readonly gaps: number;
  /** A number below `highest` is missing now. */
  readonly open: boolean;
}
