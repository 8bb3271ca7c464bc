/** Objects of one file, written one after the other into a buffer that is kept from file to file. */
export class ObjectWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 18);
  #at = 0;
  /** Offset of each object, from the beginning of what is written here. */
  readonly offsets = new Map<number, number>();

  /** Begins anew. */
  reset(): void {
    this.#at = 0;
    this.offsets.clear();
  }

  /** Octets written so far. */
  get length(): number {
    return this.#at;
  }

  /** What is written so far: a view until the next change. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** An object that is text alone (Latin-1). */
  object(number: number, text: string): void {
    this.offsets.set(number, this.#at);
    this.latin(`${number} 0 obj\n${text}\nendobj\n`);
  }

  /** A stream. `members`: entries of its dictionary beside its length. */
  stream(number: number, members: string, content: Uint8Array): void {
    this.offsets.set(number, this.#at);
    this.latin(`${number} 0 obj\n<<${members} /Length ${content.length}>>\nstream\n`);
    this.octets(content);
    this.latin("\nendstream\nendobj\n");
  }

  /** Text (Latin-1) as it is. */
  latin(text: string): void {
    this.#reserve(text.length);
    this.#at += this.#bytes.write(text, this.#at, "latin1");
  }

  /** Octets as they are. */
  octets(octets: Uint8Array): void {
    this.#reserve(octets.length);
    this.#bytes.set(octets, this.#at);
    this.#at += octets.length;
  }

  #reserve(octets: number): void {
    if (this.#at + octets <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#at + octets, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
