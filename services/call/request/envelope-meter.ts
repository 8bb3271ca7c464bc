import type { BodyAccount } from "./body-account.ts";
import { tooLarge } from "./parse-request.ts";

/** Bytes before each message of gRPC, gRPC-Web and Connect streams: one of flags, four of length. */
export const ENVELOPE_BYTES = 5;
/** Flag of a message that is compressed. */
export const COMPRESSED = 1;

/** What the messages of a stream are made known to. */
export interface EnvelopeSink {
  /** A message is announced. What it throws refuses the message before its first byte. */
  head?(flags: number): void;
  piece(bytes: Uint8Array): void;
  /** A message is whole. `size` is what the account holds for it. */
  message(flags: number, size: number): void;
}

/**
 * Follows a stream of enveloped messages chunk by chunk: refuses one that is too large by its announced length, before its first
 * byte, and keeps the account of what is held. A compressed message counts as what it may become.
 */
export class EnvelopeMeter {
  private readonly limit: number;
  private readonly account: BodyAccount;
  private readonly sink: EnvelopeSink | undefined;
  private header = 0;
  private flags = 0;
  private size = 0;
  private missing = 0;

  constructor(limit: number, account: BodyAccount, sink?: EnvelopeSink) {
    this.limit = limit;
    this.account = account;
    this.sink = sink;
  }

  /** True between two messages. */
  get idle(): boolean {
    return this.header === 0;
  }

  /** Takes the next chunk. Throws `TOO_LARGE`, `OVERLOADED` or `RATE_EXCEEDED`. */
  take(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.header < ENVELOPE_BYTES) {
        this.readHeader(chunk[at++] as number);
      } else {
        const piece = chunk.subarray(at, at + this.missing);
        this.sink?.piece(piece);
        this.missing -= piece.length;
        at += piece.length;
      }
      if (this.header === ENVELOPE_BYTES && this.missing === 0) this.finish();
    }
    if (!this.idle) this.account.keep(chunk);
  }

  private readHeader(byte: number): void {
    if (this.header === 0) {
      this.account.begin();
      this.flags = byte;
      this.size = 0;
    } else {
      this.size = this.size * 256 + byte;
    }
    this.header++;
    if (this.header < ENVELOPE_BYTES) return;
    this.sink?.head?.(this.flags);
    if (this.size > this.limit) throw tooLarge(this.size, this.limit);
    if (this.flags & COMPRESSED) this.account.reserve(this.limit);
    this.missing = this.size;
  }

  private finish(): void {
    this.header = 0;
    this.account.settle(this.weight());
    this.sink?.message(this.flags, this.weight());
  }

  private weight(): number {
    return this.flags & COMPRESSED ? this.limit : this.size;
  }
}
