import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { createGroups } from "../../base/groups.ts";
import { createTurns } from "../../base/in-turn.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { ServiceName } from "../../host/config.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { unlessTaken } from "../../store/insert-new.ts";
import type { Collection } from "../../store/port.ts";
import { eventDigest, FIRST_PREVIOUS, isDigest, safe } from "../wire/signed-event.ts";
import type { Outgoing, OutgoingParts } from "./outgoing.ts";
import type { LastNumber, OutgoingRow, OutgoingRows } from "./outgoing-rows.ts";

/** Owner of the row that a count goes on behind: no event has it. */
const CONTINUED: ServiceName = "sync";

/** Processes that may give numbers at the same time (a restart that overlaps) before an event is set aside. */
const ASSIGN_TRIES = 100;

/** Events that get their numbers by one write at most. */
const AT_ONCE = 100;

/** An event that is to get a number. */
interface Wanted {
  id: string;
  source: ServiceName;
  event: PendingEvent;
}

interface PeerParts extends Required<Pick<OutgoingParts, "node" | "peer" | "now" | "kept">> {
  collection: Collection<OutgoingRow>;
  rows: OutgoingRows;
}

/** Owns the count of one peer: see {@link Outgoing}. */
export class PeerOutgoing implements Outgoing {
  readonly #parts: PeerParts;
  readonly #startedWith: number;
  #last: LastNumber | undefined;
  /** Numbers of rows that are needed no longer but for their numbers, by `_id`. */
  readonly #spent = new Map<string, number>();
  /** Steps that give or take numbers follow one another. */
  readonly #inTurn = createTurns();
  readonly #groups = createGroups<Wanted, OutgoingRow>((wanted) => this.#inTurn(() => this.#assignAll(wanted)), {
    members: AT_ONCE,
    weight: AT_ONCE,
    weigh: () => 1,
  });

  constructor(parts: PeerParts, last: LastNumber | undefined) {
    this.#parts = parts;
    this.#last = last;
    this.#startedWith = last?.number ?? 0;
    if (last?._id.startsWith(`${parts.peer}|${CONTINUED}|`)) this.#spent.set(last._id, last.number);
  }

  get last(): number {
    return this.#last?.number ?? 0;
  }

  assign(source: ServiceName, event: PendingEvent): Promise<OutgoingRow> {
    return this.#groups.add({ id: `${this.#parts.peer}|${source}|${event.key}`, source, event });
  }

  async confirm(row: OutgoingRow): Promise<void> {
    // The only other writer is a repetition of this call.
    await this.#parts.collection.replace({ ...row, confirmed: true });
  }

  async forget(rows: readonly OutgoingRow[]): Promise<void> {
    for (const { _id, number } of rows) this.#spent.set(_id, number);
    const gone = [...this.#spent].filter(([, number]) => number < this.last - this.#parts.kept);
    await Promise.all(
      gone.map(async ([id, number]) => {
        await this.#remove(id, number);
        if (this.#spent.get(id) === number) this.#spent.delete(id);
      }),
    );
  }

  async sweep(source: ServiceName, live: ReadonlySet<string>): Promise<void> {
    const isOver = (row: OutgoingRow) => row.number <= this.#startedWith && row.source === source && !live.has(row.key);
    for await (const page of this.#parts.rows.pages()) await this.forget(page.filter(isOver));
  }

  continueFrom(number: number, digest: string): Promise<void> {
    return this.#inTurn(() => this.#continueFrom(number, digest || FIRST_PREVIOUS));
  }

  renumber(through: number): Promise<number> {
    return this.#inTurn(async () => {
      const { number = 0 } = (await this.#parts.rows.newest()) ?? {};
      return this.#giveUp((row) => !row.confirmed && row.number <= through && row.number < number);
    });
  }

  async mark(): Promise<{ number: number; digest: string }> {
    const { number = 0, digest = FIRST_PREVIOUS } = (await this.#parts.rows.newest()) ?? {};
    return { number, digest: digest === FIRST_PREVIOUS ? "" : digest };
  }

  async digestAt(number: number): Promise<string | undefined> {
    const { digest } = (await this.#parts.rows.at(number)) ?? {};
    return isDigest(digest) && digest !== FIRST_PREVIOUS ? digest : undefined;
  }

  /** The place that the count goes on behind is stored first, and then what is below it goes. */
  async #continueFrom(number: number, digest: string): Promise<void> {
    const { peer, rows } = this.#parts;
    const step = async () => this.#hold(await rows.newest(), number, digest);
    const spent = () => {
      const message = `the numbers for ${peer} cannot go on behind ${number}: others are given all the time`;
      throw new Refusal("STATE_CONFLICT", message);
    };
    const held = await untilStored(step, { tries: ASSIGN_TRIES, spent });
    this.#last = held;
    // From the highest down, so that whoever begins again still finds what this node gave to the number that the peer has.
    await this.#giveUp((row) => row.number < held.number);
  }

  /** Stores what the next number follows from. `undefined`: another process has given a number meanwhile. */
  async #hold(newest: LastNumber | undefined, number: number, digest: string): Promise<LastNumber | undefined> {
    const { peer, collection, now } = this.#parts;
    if (!newest || newest.number < number) {
      const key = `continued:${number}`;
      const id = `${peer}|${CONTINUED}|${key}`;
      const place = { peer, source: CONTINUED, key, number, digest, previous: FIRST_PREVIOUS };
      const row = {
        ...place,
        payloadSha256: FIRST_PREVIOUS,
        numberedAt: now().toISOString(),
        confirmed: true,
      } as const;
      const inserted = await unlessTaken(() => this.#insert({ _id: id, revision: 1, ...row }));
      if (inserted) this.#spent.set(id, number);
      return inserted;
    }
    const follows = newest.number === number ? digest : FIRST_PREVIOUS;
    if (newest.digest === follows) return newest;
    const stored = await collection.get(newest._id);
    if (stored?.number !== newest.number) return undefined;
    // The row keeps its number and fits its event no longer, which gets another when it is offered.
    const { confirmed: _, ...row } = { ...stored, digest: follows, payloadSha256: FIRST_PREVIOUS };
    return (await collection.replace(row)) && { ...newest, digest: follows };
  }

  async #giveUp(which: (row: OutgoingRow) => boolean): Promise<number> {
    let given = 0;
    for await (const page of this.#parts.rows.pages())
      for (const { _id, number } of page.filter(which)) {
        await this.#remove(_id, number);
        given += 1;
      }
    return given;
  }

  /** Events that are new get numbers that follow from each other, by one write; the others, and those that another process came before, each by itself. */
  async #assignAll(wanted: readonly Wanted[]): Promise<PromiseSettledResult<OutgoingRow>[]> {
    const found = await this.#parts.rows.findAll(wanted.map(({ id }) => id));
    const ids = new Set<string>();
    const fresh = wanted.filter(({ id }, index) => !found[index] && !ids.has(id) && ids.add(id));
    const stored = fresh.length > 0 ? await this.#chained(fresh) : undefined;
    const outcomes: PromiseSettledResult<OutgoingRow>[] = [];
    for (const [index, one] of wanted.entries()) {
      const row = found[index]?.row ?? stored?.rows.get(one.id);
      const isItsOwn = row?.payloadSha256 === sha256Hex(one.event.payload) && (found[index] || stored?.alone);
      const given = isItsOwn && row ? Promise.resolve(this.#seen(row)) : this.#assign(one, row?.number);
      outcomes.push(...(await Promise.allSettled([given])));
    }
    return outcomes;
  }

  /** Stores rows that follow from each other, as many as no other process has come before. `alone`: their numbers are this process's. */
  async #chained(wanted: readonly Wanted[]): Promise<{ rows: Map<string, OutgoingRow>; alone: boolean }> {
    await this.#catchUp();
    const next: OutgoingRow[] = [];
    for (const one of wanted) next.push(this.#next(one, next.at(-1) ?? this.#last));
    const stored = next.slice(0, await this.#parts.collection.insertInOrder(next));
    const last = stored.at(-1);
    // All before it stand as long as it does: each follows from the one before.
    const alone = last !== undefined && (await this.#isAlone(last));
    if (alone) this.#last = last;
    return { rows: new Map(stored.map((row) => [row._id, row])), alone };
  }

  /** Another process of this node may have given numbers since this one did. */
  async #catchUp(): Promise<void> {
    const newest = await this.#parts.rows.newest();
    if (newest && newest.number >= this.last) this.#last = newest;
  }

  /** `another`: a number that was found to be another's after it was stored. */
  async #assign(wanted: Wanted, another?: number): Promise<OutgoingRow> {
    const { collection, rows } = this.#parts;
    const { id, event } = wanted;
    const payloadSha256 = sha256Hex(event.payload);
    const step = async () => {
      const known = await rows.find(id);
      if (known?.row?.payloadSha256 === payloadSha256 && known.row.number !== another) return this.#seen(known.row);
      await this.#catchUp();
      const next = this.#next(wanted, this.#last);
      // Its owner was put back to an older copy and has another event under the key: the receipt for the former is none for this one.
      const write = () => (known ? collection.replace({ ...next, revision: known.revision }) : this.#insert(next));
      const row = await unlessTaken(write);
      if (!row) return undefined;
      if (await this.#isAlone(row)) {
        this.#last = row;
        return row;
      }
      another = row.number;
      return undefined;
    };
    const spent = () => {
      const message = `event ${event.key} gets no number: what is stored under its key stays there`;
      throw new Refusal("STATE_CONFLICT", message);
    };
    return untilStored(step, { tries: ASSIGN_TRIES, spent });
  }

  /**
   * Whether nobody else had the number of a row that was just stored. The index alone does not show it: this process may have stood still
   * while others gave it, had it confirmed and went on for so long that its row is gone. Then the number behind it does not follow from this row.
   */
  async #isAlone({ number, digest }: OutgoingRow): Promise<boolean> {
    const newest = await this.#parts.rows.newest();
    if (!newest || newest.number <= number) return true;
    return (await this.#parts.rows.at(number + 1))?.previous === digest;
  }

  #seen(row: OutgoingRow): OutgoingRow {
    if (row.number > this.last) this.#last = row;
    return row;
  }

  #next({ id, source, event }: Wanted, last: LastNumber | undefined): OutgoingRow {
    const { peer, node, now } = this.#parts;
    const number = (last?.number ?? 0) + 1;
    const previous = last?.digest ?? FIRST_PREVIOUS;
    const payloadSha256 = sha256Hex(event.payload);
    const { kind, key } = event;
    const revision = safe(event.revision);
    const digest = eventDigest({ node, peer, number, key, kind, revision, payloadSha256, previous });
    const numberedAt = now().toISOString();
    return { _id: id, revision: 1, peer, source, key, number, digest, previous, payloadSha256, numberedAt };
  }

  async #insert(row: OutgoingRow): Promise<OutgoingRow> {
    await this.#parts.collection.insert(row);
    return row;
  }

  /** Removes a row, whatever was written to it meanwhile, unless it has got another number. */
  async #remove(id: string, number: number): Promise<void> {
    const { collection } = this.#parts;
    for (let row = await collection.get(id); row?.number === number; row = await collection.get(id))
      if (await collection.remove(id, row.revision)) return;
  }
}
