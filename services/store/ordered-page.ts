import { setImmediate as nextTurn } from "node:timers/promises";
import { foreignPageToken, refuseField } from "../domain/refusal.ts";
import { fittingPart } from "./fitting-page.ts";
import type { Collection, KeyValue, Page, Query, Stored } from "./port.ts";

/** Documents that are sorted for one list, at most. */
export const SORTED_AT_MOST = 50_000;
/** Documents that are read at a time. */
const READ_AT_ONCE = 500;
/** Characters of a text that it is sorted by: a token holds them, and has 500 in all. */
const SORTED_CHARACTERS = 60;

/** Chinese by its sound (pinyin), and numbers in a name by their size. */
const COLLATOR = new Intl.Collator("zh-Hans-CN", { numeric: true });

/** Which part of a list is wanted. */
interface Part {
  limit: number;
  after?: string;
}

/** In what order: as a request names it, and what a record has for each of the names that its contract knows. */
export interface Order<T> {
  /** A name, with `-` before it the other way round. Empty: as the list comes. */
  orderBy: string;
  /** What has an empty text comes first. */
  keys: Readonly<Record<string, (one: T) => KeyValue>>;
  /** What tells a record from all others of the list. */
  idOf: (one: T) => string;
}

/** A record at its place in an order. */
interface Placed<T> {
  key: KeyValue;
  id: string;
  one: T;
}

/**
 * A page of a list in an order that no index has: all that fits is read and sorted, for each page anew. It goes on behind the key and the id of the page's
 * last, so that what comes or goes meanwhile neither doubles nor hides any other. Where more than 50,000 had to be looked through, the list is
 * refused (`INVALID_FIELD` at `order_by`) and asks to be narrowed: never a part of it as if it were the whole. Of what is read, two pages and the last reading are
 * held at most, and other calls are served between two readings. Without an order, what fits
 * in the list's own ({@link fittingPart}). `ask` looks through so many more, and tells those that fit. Throws `INVALID_FIELD` for a token
 * of another list or another order.
 */
export async function orderedPart<T>(
  ask: (part: Part) => Promise<Page<T>>,
  wanted: Part,
  order: Order<T>,
): Promise<Page<T>> {
  if (order.orderBy === "") return fittingPart(ask, wanted);
  const sorted = sorter(order, wanted);
  let after: string | undefined;
  for (let looked = 0; looked < SORTED_AT_MOST; looked += READ_AT_ONCE) {
    const page = await ask({ limit: READ_AT_ONCE, ...(after !== undefined && { after }) });
    sorted.add(page.items);
    after = page.next;
    if (after === undefined) return sorted.page();
    // SQLite answers within the turn: a long list would hold up every other call.
    await nextTurn();
  }
  throw tooMany();
}

/** The same where a page without a search and without an order is given as `ask` finds it, though it may be short: only what somebody looks for is looked for on. */
export function narrowedPart<T>(
  ask: (part: Part) => Promise<Page<T>>,
  wanted: Part,
  { search, ...order }: Order<T> & { search: string },
): Promise<Page<T>> {
  return search === "" && order.orderBy === "" ? ask(wanted) : orderedPart(ask, wanted, order);
}

/** The same as {@link orderedPart} of those documents of a query that fit. */
export function orderedPage<T extends Stored>(
  collection: Pick<Collection<T>, "query">,
  query: Query,
  order: Omit<Order<T>, "idOf">,
  fits: (document: T) => boolean = () => true,
): Promise<Page<T>> {
  const ask = async (part: Part) => {
    const { after: _wanted, ...rest } = query;
    const page = await collection.query({ ...rest, ...part });
    return { ...page, items: page.items.filter(fits) };
  };
  return orderedPart(ask, query, { ...order, idOf: ({ _id }) => _id });
}

/** The same of records that are all at hand; `inOrder` gives the page where no order is asked for. */
export function orderedAmong<T>(all: readonly T[], wanted: Part, order: Order<T>, inOrder?: () => Page<T>): Page<T> {
  if (order.orderBy === "" && inOrder) return inOrder();
  const sorted = sorter(order, wanted);
  sorted.add(all);
  return sorted.page();
}

/** Keeps, of all that it is given, what the wanted page holds. */
function sorter<T>({ orderBy, keys, idOf }: Order<T>, { limit, after }: Part) {
  const down = orderBy.startsWith("-");
  const keyOf = keys[down ? orderBy.slice(1) : orderBy];
  if (!keyOf) throw new TypeError(`the contract has an order ${orderBy} that its service lacks`);
  const behind = after === undefined || after === "" ? undefined : placeIn(after, orderBy);
  const compare = (one: Omit<Placed<T>, "one">, other: Omit<Placed<T>, "one">) => {
    const difference = compareKeys(one.key, other.key) || compareTexts(one.id, other.id);
    return down ? -difference : difference;
  };
  let kept: Placed<T>[] = [];
  /** Behind which nothing is of the page: it holds one more than are given, to know whether there is a next one. */
  let worst: Placed<T> | undefined;
  const cut = () => {
    kept = kept.sort(compare).slice(0, limit + 1);
    worst = kept[limit];
  };
  return {
    add(items: readonly T[]) {
      for (const one of items) {
        const key = keyOf(one);
        const placed = { key: typeof key === "string" ? startOf(key) : key, id: idOf(one), one };
        if (behind && compare(placed, behind) <= 0) continue;
        // Behind the page already: most are, in a long list.
        if (worst && compare(placed, worst) >= 0) continue;
        kept.push(placed);
        if (kept.length > 2 * (limit + 1)) cut();
      }
      cut();
    },
    page(): Page<T> {
      const last = kept[limit - 1];
      const items = kept.slice(0, limit).map(({ one }) => one);
      return kept.length > limit && last ? { items, next: tokenOf(orderBy, last) } : { items };
    },
  };
}

/** Numbers by size and before text, as the store has it. */
function compareKeys(one: KeyValue, other: KeyValue): number {
  if (typeof one === "number") return typeof other === "number" ? one - other : -1;
  if (typeof other === "number") return 1;
  // Codes, keys and times go by their characters, and before names.
  const [isCode, isOtherCode] = [isPlain(one), isPlain(other)];
  if (isCode !== isOtherCode) return isCode ? -1 : 1;
  return isCode ? compareTexts(one, other) : COLLATOR.compare(one, other);
}

function isPlain(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\x00-\x7f]*$/.test(text);
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function startOf(text: string): string {
  return [...text.slice(0, 2 * SORTED_CHARACTERS)].slice(0, SORTED_CHARACTERS).join("");
}

function tokenOf(orderBy: string, { key, id }: Omit<Placed<unknown>, "one">): string {
  return Buffer.from(JSON.stringify([orderBy, key, id])).toString("base64url");
}

function placeIn(token: string, orderBy: string): { key: KeyValue; id: string } {
  try {
    const [order, key, id, ...more] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    const isKey = typeof key === "string" || typeof key === "number";
    if (order === orderBy && isKey && typeof id === "string" && more.length === 0) return { key, id };
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}

function tooMany() {
  return refuseField(
    "INVALID_FIELD",
    "order_by",
    `more than ${SORTED_AT_MOST} would have to be sorted`,
    "narrow the list by state, department or division, or leave the order out",
    `记录超过${SORTED_AT_MOST}条，不能按该列排序，请先按状态、部门等条件缩小范围，或按默认顺序查看`,
  );
}
