import { Refusal } from "./refusal.ts";

/** Serials of one day: nine digits. */
const MAX_SERIAL = 999_999_999;

/**
 * The durable side of serial numbers (流水号): the day, `yyyy-MM-dd`, and the first number not yet handed to anybody. One
 * per node. Whoever takes a block MUST store the new counter by compare-and-set before the first number is used.
 */
export interface SerialCounter {
  day: string;
  next: number;
}

/** A run of numbers that one process may use alone: from `next` to before `end`. */
export interface SerialBlock extends SerialCounter {
  end: number;
}

/**
 * Takes a block of `size` numbers for a day. A new day begins at 1. Where the clock was set back, counting goes on under
 * the later day, so that no serial is given twice. Numbers of a block that is lost with its process stay unused. Throws
 * `OVERLOADED` where the day has no such block left.
 */
export function takeBlock(
  stored: SerialCounter | undefined,
  day: string,
  size: number,
): { counter: SerialCounter; block: SerialBlock } {
  const current = stored !== undefined && stored.day >= day ? stored : { day, next: 1 };
  const end = current.next + size;
  if (end > MAX_SERIAL + 1) {
    throw new Refusal("OVERLOADED", `all serials of ${current.day} are used; go on tomorrow`, {
      metadata: { day: current.day },
    });
  }
  return { counter: { day: current.day, next: end }, block: { ...current, end } };
}

/**
 * Takes the next serial, `yyyyMMdd` and nine digits, out of a block. `undefined` where the block is used up or is of an
 * earlier day than `day`: then take a new block.
 */
export function takeSerial(
  block: SerialBlock | undefined,
  day: string,
): { serial: string; rest: SerialBlock } | undefined {
  if (block === undefined || block.next >= block.end || block.day < day) return undefined;
  const serial = block.day.replaceAll("-", "") + String(block.next).padStart(9, "0");
  return { serial, rest: { ...block, next: block.next + 1 } };
}
