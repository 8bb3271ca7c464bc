import { Refusal } from "../domain/refusal.ts";
import { type SerialBlock, type SerialCounter, takeBlock, takeSerial } from "../domain/serial-block.ts";
import { type Collection, type CollectionSpec, DuplicateKey, type Store, type Stored } from "../store/port.ts";

/** The counter of serials that all replicas of the service share. There is one. */
interface CounterDocument extends Stored, SerialCounter {}

const COUNTERS: CollectionSpec = { name: "certificate_counters", indexes: [] };
const COUNTER = "serial";

/** Numbers that one replica takes at a time. As many are lost at most when it dies: serials have gaps, never repetitions. */
const BLOCK = 64;
/** Times that other replicas may be faster before the caller is sent away. */
const TRIES = 50;

/** Gives out serials (流水号), each once over all replicas and for ever. */
export interface Numbering {
  /** The next serial of a day: `yyyyMMdd` and nine digits. */
  next(day: string): Promise<string>;
}

/** Opens the counter. A replica takes blocks by compare-and-set, so most serials cost no write. */
export async function openNumbering(store: Store): Promise<Numbering> {
  const counters = await store.collection<CounterDocument>(COUNTERS);
  let block: SerialBlock | undefined;
  let taking: Promise<void> | undefined;

  async function refill(day: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      block = await claim(counters, day);
      if (block) return;
    }
    throw new Refusal("OVERLOADED", "serials are being taken by other replicas; try again", { retryAfterMs: 200 });
  }

  return {
    async next(day) {
      for (;;) {
        const taken = takeSerial(block, day);
        if (taken) {
          block = taken.rest;
          return taken.serial;
        }
        taking ??= refill(day).finally(() => {
          taking = undefined;
        });
        await taking;
      }
    },
  };
}

/** A block that is durably ours, or `undefined` where another replica was faster. */
async function claim(counters: Collection<CounterDocument>, day: string): Promise<SerialBlock | undefined> {
  const stored = await counters.get(COUNTER);
  const { counter, block } = takeBlock(stored, day, BLOCK);
  if (stored) return (await counters.replace({ ...stored, ...counter })) && block;
  try {
    await counters.insert({ _id: COUNTER, revision: 1, ...counter });
    return block;
  } catch (error) {
    if (error instanceof DuplicateKey) return undefined;
    throw error;
  }
}
