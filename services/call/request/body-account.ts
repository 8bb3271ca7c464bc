import { Refusal } from "../../domain/refusal.ts";
import type { Limits } from "../../host/limits.ts";
import type { AddressShare, ByteBudget } from "./byte-budget.ts";

/** Memory that a piece of a message costs beside its bytes. */
const PIECE_BYTES = 256;
/** How long a request may take before its rate is looked at. */
const GRACE_MS = 5_000;

/** What the bodies of a process are held to. */
export interface Intake {
  budget: ByteBudget;
  limits: Pick<Limits, "bodyMs" | "bodyBytesPerSecond">;
}

/**
 * Keeps the account of one call's requests while they arrive and while they are served: their time, their rate and the memory
 * that they hold. `fail` is told when time or rate is broken; the other limits are thrown where they are met.
 */
export class BodyAccount {
  private readonly intake: Intake;
  private readonly fail: (refusal: Refusal) => void;
  private readonly share: AddressShare;
  private arriving = false;
  private ended = false;
  private since = 0;
  private received = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Bytes held for the message that arrives. */
  private partial = 0;
  /** Bytes held for whole messages. */
  private whole = 0;
  private lastBuffer: ArrayBufferLike | undefined;

  constructor(intake: Intake, address: string | undefined, fail: (refusal: Refusal) => void) {
    this.intake = intake;
    this.fail = fail;
    this.share = intake.budget.open(address);
  }

  /** A request begins to arrive: its clock runs. Throws `RATE_EXCEEDED` where its address has too many of them. */
  begin(): void {
    if (this.arriving || this.ended) return;
    this.intake.budget.enter(this.share);
    this.arriving = true;
    this.since = performance.now();
    this.received = 0;
    this.timer = setTimeout(this.watch, Math.min(GRACE_MS, this.intake.limits.bodyMs));
  }

  /**
   * Counts bytes of a message that is not whole yet: the memory that they keep from being given back, which is the whole buffer
   * that they came in. Throws `OVERLOADED` or `RATE_EXCEEDED` where the budget is spent.
   */
  keep(piece: Uint8Array): void {
    if (this.ended) return;
    this.received += piece.length;
    const fresh = piece.buffer === this.lastBuffer ? 0 : piece.buffer.byteLength;
    this.lastBuffer = piece.buffer;
    this.take(fresh + PIECE_BYTES);
  }

  /** Counts bytes that will be needed for the message that arrives, beside its pieces. */
  reserve(bytes: number): void {
    if (!this.ended) this.take(bytes);
  }

  /** The message is whole: from now on its own size counts, until it is {@link served}. */
  settle(bytes: number): void {
    if (this.ended) return;
    this.release();
    const { budget } = this.intake;
    budget.give(this.share, this.partial);
    this.partial = 0;
    this.lastBuffer = undefined;
    budget.take(this.share, bytes);
    this.whole += bytes;
  }

  /** A whole message of a stream has been served; its memory is free. */
  served(bytes: number): void {
    if (this.ended) return;
    this.whole -= bytes;
    this.intake.budget.give(this.share, bytes);
  }

  /** The call has ended: everything is given back. */
  end(): void {
    if (this.ended) return;
    this.release();
    this.ended = true;
    this.intake.budget.give(this.share, this.partial + this.whole);
    this.intake.budget.close(this.share);
  }

  private take(bytes: number): void {
    this.intake.budget.take(this.share, bytes);
    this.partial += bytes;
  }

  private release(): void {
    if (!this.arriving) return;
    this.arriving = false;
    clearTimeout(this.timer);
    this.intake.budget.leave(this.share);
  }

  private readonly watch = (): void => {
    const { bodyMs, bodyBytesPerSecond } = this.intake.limits;
    const elapsed = performance.now() - this.since;
    // The time at which what has come would be too little.
    const due = Math.max(GRACE_MS, (this.received / bodyBytesPerSecond) * 1_000);
    if (elapsed >= bodyMs) {
      this.late("bodyMs", `the request did not arrive within ${bodyMs} ms`);
    } else if (elapsed >= due) {
      this.late("bodyBytesPerSecond", `the request brought less than ${bodyBytesPerSecond} bytes a second`);
    } else {
      this.timer = setTimeout(this.watch, Math.min(due, bodyMs) - elapsed + 1);
    }
  };

  private late(limit: keyof Intake["limits"], message: string): void {
    const { limits } = this.intake;
    const metadata = { limit: String(limits[limit]), limit_name: limit };
    this.fail(new Refusal("DEADLINE_EXCEEDED", `${message}: send it again, faster`, { retryAfterMs: 1_000, metadata }));
  }
}
