import { BoundedMemory } from "../../base/bounded-memory.ts";
import { createSingleFlight } from "../../base/single-flight.ts";
import {
  type CompiledList,
  causesOf,
  compileList,
  type EffectiveEntry,
  effectiveList,
  type ListView,
  listViewOf,
} from "../../domain/obligatory-list.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { NodeConfig } from "../../host/config.ts";
import { listKeysFor } from "./keeper.ts";
import type { ListDocument } from "./stored.ts";

/** How long a list that is in memory counts before the store is asked whether it still is the one. What was ended is ended everywhere by then. */
export const FRESH_MS = 2_000;
/** Entries in memory, of all lists: some 60 MB. */
const HELD_ENTRIES = 250_000;
/** Entries of effective lists that were asked for last: for the pages of one reading. */
const HELD_EFFECTIVE = 30_000;

/** The lists of this node, in memory. */
export interface ListSource {
  /** Whether an item stands on the effective list of a division on a day (4.4.1). */
  stands(division: string, itemCode: string, day: string): Promise<boolean>;
  /** The effective list of a division on a day, by item code. */
  effective(division: string, day: string): Promise<readonly EffectiveEntry[]>;
  /** Forgets a list that this process has just stored. */
  forget(id: string): void;
}

/** Divisions that are remembered with the lists that count for them: more than a province has counties. */
const HELD_DIVISIONS = 1_000;

interface Held {
  /** Number of its changes; `undefined`: there is no such list. */
  changes: number | undefined;
  list: CompiledList | undefined;
  /** Milliseconds of the monotonic clock. */
  checkedAt: number;
}

/** What it is made of. */
export interface ListSourceParts {
  lists: Pick<GuardedCollection<ListDocument>, "get" | "count">;
  config: Pick<NodeConfig, "node" | "peers">;
  monotonic(): number;
}

/** Opens the lists. A list is read once, and again when its number of changes is another: asking for that costs one look into an index. */
export function openListSource({ lists, config, monotonic }: ListSourceParts): ListSource {
  const memory = new BoundedMemory<string, Held>(HELD_ENTRIES);
  const effectives = new BoundedMemory<string, readonly EffectiveEntry[]>(HELD_EFFECTIVE);
  const meant = new BoundedMemory<string, { keys: readonly string[]; view: ListView }>(HELD_DIVISIONS);
  const flights = createSingleFlight<Held>();

  async function isStill(id: string, { changes }: Held): Promise<boolean> {
    const key = id.split("/");
    if (changes === undefined) return (await lists.count("versions", key)) === 0;
    return (await lists.count("versions", [...key, changes])) === 1;
  }

  async function look(id: string): Promise<Held> {
    const checkedAt = monotonic();
    const known = memory.use(id);
    if (known && (await isStill(id, known))) {
      known.checkedAt = checkedAt;
      return known;
    }
    const document = await lists.get(id);
    const list = document && compileList(document.division, document.entries);
    const held: Held = { changes: document?.changes, list, checkedAt };
    memory.renew(id, held, 1 + (list?.size ?? 0));
    return held;
  }

  const isFresh = ({ checkedAt }: Held) => monotonic() - checkedAt < FRESH_MS;

  /** What does not change of a division: the keys of the lists that count, and how they are asked. */
  const meantOf = (division: string) =>
    meant.recall(division, () => ({ keys: listKeysFor(config, division), view: listViewOf(division) }));

  async function allFor(keys: readonly string[]): Promise<Held[]> {
    const found: Held[] = [];
    for (const id of keys) {
      const known = memory.get(id);
      found.push(known && isFresh(known) ? known : await flights.run(id, () => look(id)));
    }
    return found;
  }

  const listsIn = (all: readonly Held[]) => all.flatMap(({ list }) => (list ? [list] : []));

  return {
    async stands(division, itemCode, day) {
      const { keys, view } = meantOf(division);
      return causesOf(listsIn(await allFor(keys)), { view, itemCode, day }).length > 0;
    },
    async effective(division, day) {
      const { keys, view } = meantOf(division);
      const all = await allFor(keys);
      const key = `${division} ${day} ${all.map(({ changes }) => changes ?? "-").join(" ")}`;
      const known = effectives.get(key);
      if (known) return known;
      const entries = effectiveList(listsIn(all), view, day);
      effectives.renew(key, entries, 1 + entries.length);
      return entries;
    },
    forget(id) {
      memory.delete(id);
    },
  };
}
