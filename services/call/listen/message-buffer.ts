/** Bytes up to which a message stays in the pieces that it came in: most come in one. */
const SMALL = 64 << 10;
/** Bytes by which the memory of a larger one grows; what nothing was written to takes none. */
const STEP = 1 << 20;

/**
 * Puts a message together from its pieces. A large one is copied as it comes, into memory of its own that is given back at once: the pieces
 * would all live until they are collected, beside the message, and leave the C library's heap full of holes.
 */
export class MessageBuffer {
  private readonly limit: number;
  private pieces: Uint8Array[] = [];
  private large: Uint8Array<ArrayBuffer> | undefined;
  private length = 0;

  /** For a message of at most so many bytes; more are refused before they come here. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes so far. */
  get size(): number {
    return this.length;
  }

  /** Takes the next piece. */
  append(piece: Uint8Array): void {
    if (this.large === undefined && this.length + piece.length <= SMALL) {
      this.pieces.push(piece);
      this.length += piece.length;
      return;
    }
    this.large ??= this.open();
    this.copy(this.large, piece);
  }

  /** The whole message, in memory that it shares with nothing else if it is large. The next one begins. */
  take(): Buffer {
    const { pieces, large, length } = this;
    this.pieces = [];
    this.large = undefined;
    this.length = 0;
    if (large === undefined) return Buffer.concat(pieces, length);
    large.buffer.resize(length);
    return Buffer.from(large.buffer.transferToFixedLength());
  }

  private open(): Uint8Array<ArrayBuffer> {
    const { pieces } = this;
    const large = new Uint8Array(new ArrayBuffer(0, { maxByteLength: Math.max(this.limit, SMALL) }));
    this.pieces = [];
    this.length = 0;
    for (const piece of pieces) this.copy(large, piece);
    return large;
  }

  private copy(large: Uint8Array<ArrayBuffer>, piece: Uint8Array): void {
    const { buffer } = large;
    const size = this.length + piece.length;
    if (size > buffer.byteLength) buffer.resize(Math.min(Math.ceil(size / STEP) * STEP, buffer.maxByteLength));
    large.set(piece, this.length);
    this.length = size;
  }
}
