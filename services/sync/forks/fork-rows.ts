import { createRowReader } from "../../event/row-reader.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Page } from "../../store/port.ts";
import type { ArchivedCertificate } from "../archive/archived-certificate.ts";
import { checkFork, FORKS, type ForkDocument } from "./fork-record.ts";

/** The collection of forks, and their counts by node. One that cannot be read is set aside (place `store`) and is as if it were not there. */
export interface ForkRows {
  stored(identifier: string): Promise<ForkDocument | undefined>;
  get(identifier: string): Promise<ForkDocument | undefined>;
  insert(document: ForkDocument): Promise<void>;
  replace(document: ForkDocument): Promise<ForkDocument | undefined>;
  list(limit: number, after: string, newestFirst?: boolean): Promise<Page<ForkDocument>>;
  /** Members that keep a record, where there is room for it: 256 KiB, and {@link NODE_CONTENTS} of one node. */
  content(document: ArchivedCertificate): Promise<Pick<ForkDocument, "record" | "held">>;
  /** Identifiers that a node must not show as valid, open ones first, at most so many; the told ones, as many; and how many there are. */
  shown(node: string, most: number): Promise<{ identifiers: string[]; told: string[]; count: number }>;
  /** Open ones of a node. */
  count(node: string): number;
  /** Decided ones of a node that it may not have followed yet. */
  told(node: string): number;
  /** Counts what is stored; MUST be called behind every change of a stage. */
  refresh(): Promise<void>;
}

/** Records kept beside archived ones, of one node; of what comes beyond the issuing node is asked when it is decided. */
export const NODE_CONTENTS = 512;
const CONTENT_CHARACTERS = Math.ceil((256 << 10) / 3) * 4;
const PAGE = 200;

/** Opens the collection. `nodes` are those whose certificates are archived. */
export async function createForkRows(runtime: Runtime, nodes: readonly string[]): Promise<ForkRows> {
  const { store, setAside, metrics } = runtime;
  const collection = await store.collection<ForkDocument>(FORKS);
  const reader = createRowReader<ForkDocument, ForkDocument>({
    ...{ setAside, place: "store", source: FORKS.name, collection },
    nodeOf: ({ node }) => String(node ?? ""),
    read(document) {
      checkFork(document);
      return document;
    },
  });
  const open = new Map<string, number>();
  const told = new Map<string, number>();

  async function refresh(): Promise<void> {
    for (const node of nodes) {
      open.set(node, await collection.count("node", ["open", node]));
      told.set(node, await collection.count("node", ["told", node]));
      metrics.gauge("forks", open.get(node) ?? 0, { peer: node });
    }
  }

  /** Identifiers in a stage, oldest first. */
  async function firstIn(stage: string, node: string, most: number): Promise<string[]> {
    const found: string[] = [];
    for (let after: string | undefined = ""; after !== undefined && found.length < most; ) {
      const page = { index: "node", equals: [stage, node], limit: PAGE, ...(after && { after }) };
      const { items, next } = await collection.query(page);
      found.push(...items.map(({ _id }) => _id));
      after = next;
    }
    return found.slice(0, most);
  }

  await refresh();
  return {
    stored: (identifier) => collection.get(identifier),
    get: async (identifier) => (await reader.at(identifier)).row,
    insert: (document) => collection.insert(document),
    replace: (document) => collection.replace(document),
    async list(limit, after, newestFirst = false) {
      const { items, next } = await collection.query({
        ...{ index: "stage", equals: ["open"], descending: newestFirst, limit },
        ...(after && { after }),
      });
      return { items: await reader.all(items), ...(next !== undefined && { next }) };
    },
    async content({ node, record }) {
      const room = record.length <= CONTENT_CHARACTERS && (await collection.count("held", [node, 1])) < NODE_CONTENTS;
      return room ? { record, held: 1 } : {};
    },
    async shown(node, most) {
      const [undecided, decided] = [await firstIn("open", node, most), await firstIn("told", node, most)];
      const identifiers = [...undecided, ...decided].slice(0, most);
      return { identifiers, told: decided, count: (open.get(node) ?? 0) + (told.get(node) ?? 0) };
    },
    count: (node) => open.get(node) ?? 0,
    told: (node) => told.get(node) ?? 0,
    refresh,
  };
}
