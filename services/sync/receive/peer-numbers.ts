import type { SetAside } from "../../event/set-aside.ts";
import type { Collection, Store } from "../../store/port.ts";
import { FIRST_PREVIOUS } from "../wire/signed-event.ts";
import type { EventProof } from "./event-proof.ts";
import type { Incoming, Noticed, Numbered } from "./incoming.ts";
import { type IncomingPosition, isPosition, readPosition } from "./incoming-position.ts";
import { openReceivedDigests, type ReceivedDigests } from "./received-digests.ts";

/** Numbers beyond a gap that are remembered; with more, the gap is given up: its evidence and the comparison remain. */
const BEYOND = 4096;

/**
 * Reads the position of a peer. One that cannot be read is set aside (place `store`) and begun anew, behind the highest number whose
 * digest is stored; what comes next stands beyond a gap until the archives are found equal, and nothing that comes is refused.
 */
export async function openIncoming(store: Store, setAside: SetAside, peer: string): Promise<Incoming> {
  const { collection, position, revision } = await readPosition(store, setAside, peer);
  const digests = await openReceivedDigests(store, setAside, peer);
  const lost = revision !== undefined && position === undefined;
  const through = lost ? await digests.highest() : 0;
  const first = { _id: peer, revision: revision ?? 1, through, digest: FIRST_PREVIOUS, beyond: [], gaps: 0 };
  return new PeerNumbers(collection, digests, position ?? first);
}

/** Owns the position of one peer. */
class PeerNumbers implements Incoming {
  readonly #collection: Collection<IncomingPosition>;
  readonly #digests: ReceivedDigests;
  readonly #beyond: Map<number, { digest: string; previous: string }>;
  #stored: IncomingPosition;
  #through: number;
  #digest: string;
  #highest: number;
  #arrived: number;
  #gaps: number;
  #proof: EventProof | undefined;
  #appliedAt: string;
  #dirty = false;
  #flushed: Promise<void> = Promise.resolve();

  constructor(collection: Collection<IncomingPosition>, digests: ReceivedDigests, stored: IncomingPosition) {
    this.#collection = collection;
    this.#digests = digests;
    this.#stored = stored;
    this.#through = stored.through;
    this.#digest = stored.digest;
    this.#gaps = stored.gaps;
    this.#proof = stored.proof;
    this.#appliedAt = stored.appliedAt ?? "";
    this.#beyond = new Map(stored.beyond.map(([number, digest, previous]) => [number, { digest, previous }]));
    this.#highest = Math.max(stored.through, ...this.#beyond.keys());
    this.#arrived = this.#highest;
  }

  get through(): number {
    return this.#through;
  }

  get appliedAt(): string {
    return this.#appliedAt;
  }

  get highest(): number {
    return this.#highest;
  }

  get gaps(): number {
    return this.#gaps;
  }

  get open(): boolean {
    return this.#highest > this.#through;
  }

  arrived(number: number): { from: number; to: number } | undefined {
    const from = this.#arrived + 1;
    this.#arrived = Math.max(this.#arrived, number);
    if (number <= from) return undefined;
    this.#gaps += 1;
    this.#dirty = true;
    return { from, to: number - 1 };
  }

  async check({ number, digest, previous }: Numbered): Promise<"new" | "repeated" | "forked"> {
    if (this.has(number)) return (await this.fits(number, digest)) === false ? "forked" : "repeated";
    // A sender that could not read its last number begins with the digest of none.
    const follows = number !== this.#through + 1 || previous === FIRST_PREVIOUS || this.#follows(previous);
    return follows ? "new" : "forked";
  }

  async fits(number: number, digest: string): Promise<boolean | undefined> {
    const known = number === this.#through ? this.#digest : this.#beyond.get(number)?.digest;
    if (known !== undefined && known !== FIRST_PREVIOUS) return known === digest;
    return number > this.#through ? undefined : this.#digests.fits(number, digest);
  }

  has(number: number): boolean {
    return number <= this.#through || this.#beyond.has(number);
  }

  note({ number, digest, previous }: Numbered, proof?: EventProof, at?: Date): Noticed {
    const known = number === this.#through ? this.#digest : this.#beyond.get(number)?.digest;
    if (number <= this.#through || known !== undefined)
      return { repeated: true, forked: known !== undefined && known !== FIRST_PREVIOUS && known !== digest };
    this.#dirty = true;
    this.#digests.note(number, digest);
    const noticed: Noticed = { repeated: false, forked: false };
    if (proof && number > this.#highest) this.#proof = proof;
    if (at) this.#appliedAt = at.toISOString();
    this.#highest = Math.max(this.#highest, number);
    this.#beyond.set(number, { digest, previous });
    noticed.forked = this.#advance();
    if (this.#beyond.size > BEYOND) this.settle();
    return noticed;
  }

  settle(): boolean {
    if (!this.open) return false;
    const last = this.#beyond.get(this.#highest);
    if (last) this.#digest = last.digest;
    this.#through = this.#highest;
    this.#beyond.clear();
    this.#dirty = true;
    return true;
  }

  async continueFrom(number: number, digest: string): Promise<void> {
    if (number <= this.#through) return;
    this.#through = number;
    this.#digest = digest || FIRST_PREVIOUS;
    if (digest) this.#digests.note(number, digest);
    for (const one of this.#beyond.keys()) if (one <= number) this.#beyond.delete(one);
    this.#highest = Math.max(this.#highest, number);
    this.#arrived = Math.max(this.#arrived, number);
    this.#advance();
    this.#dirty = true;
    await this.flush();
  }

  async mark(): Promise<{ number: number; digest: string; proof: EventProof | undefined }> {
    await this.flush();
    const stored = await this.#collection.get(this.#stored._id);
    if (stored && stored.revision > this.#stored.revision && isPosition(stored)) this.#merge(stored);
    const number = this.#highest;
    const digest = number === this.#through ? this.#digest : (this.#beyond.get(number)?.digest ?? FIRST_PREVIOUS);
    const mark = { number, digest: digest === FIRST_PREVIOUS ? "" : digest, proof: this.#proof };
    await this.flush();
    return mark;
  }

  flush(): Promise<void> {
    const flushed = this.#flushed.catch(() => {}).then(() => this.#flush());
    this.#flushed = flushed;
    return flushed;
  }

  async #flush(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      const beyond = [...this.#beyond].map(([number, { digest, previous }]): [number, string, string] => [
        number,
        digest,
        previous,
      ]);
      const next = {
        ...this.#stored,
        through: this.#through,
        digest: this.#digest,
        beyond,
        gaps: this.#gaps,
        ...(this.#proof && { proof: this.#proof }),
        ...(this.#appliedAt && { appliedAt: this.#appliedAt }),
      };
      try {
        // Before the position: what it counts as applied is known by its digest, whenever the process ends.
        await this.#digests.flush();
        const stored = await this.#store(next);
        if (stored) this.#stored = stored;
        else await this.#adopt(next);
      } catch (error) {
        this.#dirty = true;
        throw error;
      }
    }
  }

  async #adopt(next: IncomingPosition): Promise<void> {
    const other = (await this.#collection.get(next._id)) ?? { ...next, revision: 1 };
    this.#dirty = true;
    if (isPosition(other)) this.#merge(other);
    else this.#stored = { ...next, revision: other.revision };
  }

  /** Another process has stored a position meanwhile (a restart that overlaps): what either has applied is applied. */
  #merge(other: IncomingPosition): void {
    this.#stored = other;
    this.#gaps = Math.max(this.#gaps, other.gaps);
    if ((other.appliedAt ?? "") > this.#appliedAt) this.#appliedAt = other.appliedAt ?? "";
    if ((other.proof?.number ?? 0) > (this.#proof?.number ?? 0)) this.#proof = other.proof;
    if (other.through > this.#through) {
      this.#through = other.through;
      this.#digest = other.digest;
    }
    for (const [number, digest, previous] of other.beyond) this.#beyond.set(number, { digest, previous });
    for (const number of this.#beyond.keys()) if (number <= this.#through) this.#beyond.delete(number);
    this.#highest = Math.max(this.#highest, this.#through, ...this.#beyond.keys());
    this.#advance();
  }

  /** Takes in what follows without a gap; returns whether some event does not follow from the one before. */
  #advance(): boolean {
    let forked = false;
    for (let next = this.#beyond.get(this.#through + 1); next; next = this.#beyond.get(this.#through + 1)) {
      if (!this.#follows(next.previous)) forked = true;
      this.#through += 1;
      this.#digest = next.digest;
      this.#beyond.delete(this.#through);
    }
    return forked;
  }

  /** Whether an event follows from the last without a gap; it does where that one's digest is not known. */
  #follows(previous: string): boolean {
    return previous === this.#digest || (this.#through > 0 && this.#digest === FIRST_PREVIOUS);
  }

  async #store(next: IncomingPosition): Promise<IncomingPosition | undefined> {
    const stored = await this.#collection.replace(next);
    if (stored || (await this.#collection.get(next._id))) return stored;
    await this.#collection.insert(next);
    return next;
  }
}
