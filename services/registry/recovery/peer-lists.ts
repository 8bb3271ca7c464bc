import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { ReadRecord, RecordDocument, RecordTerms } from "../record.ts";

/** Elements of one list of a node that are read: more than a province has departments, apps, matters and versions. */
export const MOST = 1_000_000;
/** Records that are asked for at a time. */
const PAGE = 200;
/** Longest time for one answer. */
const ANSWER_MS = 15_000;
/** Milliseconds within which all lists of a node are read: one that answers slowly, page by page, ends its own comparison. */
const LONGEST_MS = 3_600_000;

/** A record as another node lists it, held to the field rules of its contract. */
export interface ListedRecord<D extends RecordDocument> {
  read: ReadRecord<D>;
  payload: Uint8Array;
}

/** Records that a node lists to its province, or the province to a node. */
export interface RecordLists<D extends RecordDocument> {
  /** Page by page. What breaks the contract's rules is left to `refused`. */
  records(refused: (payload: Uint8Array) => Promise<void>): AsyncGenerator<ListedRecord<D>[]>;
}

/** A page of a list of another node. */
export interface ListedPage<T> {
  items: readonly T[];
  next: string;
}

/** Options of a call to another node. */
export interface PeerCall {
  signal: AbortSignal;
  timeoutMs: number;
}

/** Reads lists of another node within bounds; throws `DEADLINE_EXCEEDED` an hour after it was opened. */
export interface PeerLists {
  /** Options of one call, while there is time for it. */
  call(): PeerCall;
  /** All pages of a list, from the first. Throws `TOO_LARGE` for one without end. */
  pages<T>(
    read: (page: { pageSize: number; pageToken: string }, call: PeerCall) => Promise<ListedPage<T>>,
  ): AsyncGenerator<readonly T[]>;
}

/** Opens the lists of a node, for one comparison. */
export function openPeerLists(runtime: Pick<Runtime, "monotonic">, node: string, signal: AbortSignal): PeerLists {
  const until = runtime.monotonic() + LONGEST_MS;

  function call(): PeerCall {
    if (runtime.monotonic() < until) return { signal, timeoutMs: ANSWER_MS };
    const message = `what node ${node} lists takes longer than ${LONGEST_MS} ms`;
    throw new Refusal("DEADLINE_EXCEEDED", message, { metadata: { node, limit: String(LONGEST_MS) } });
  }

  return {
    call,
    async *pages(read) {
      let pageToken = "";
      let seen = 0;
      do {
        const { items, next } = await read({ pageSize: PAGE, pageToken }, call());
        seen += items.length;
        // A list without end would keep the comparison from ever ending.
        if (seen > MOST || (items.length === 0 && next !== "")) {
          const message = `node ${node} lists more than ${MOST} elements, or pages without any`;
          throw new Refusal("TOO_LARGE", message, { metadata: { node, limit: String(MOST) } });
        }
        yield items;
        pageToken = next;
      } while (pageToken !== "");
    },
  };
}

/** Records out of pages of them as they travel. `owner`: whose they are. */
export async function* readRecords<D extends RecordDocument>(
  terms: Pick<RecordTerms<D>, "read">,
  owner: string,
  pages: AsyncGenerator<readonly Uint8Array[]>,
  refused: (payload: Uint8Array) => Promise<void>,
): AsyncGenerator<ListedRecord<D>[]> {
  for await (const page of pages) {
    const listed: ListedRecord<D>[] = [];
    for (const payload of page) {
      try {
        listed.push({ read: terms.read(payload, owner), payload });
      } catch {
        await refused(payload);
      }
    }
    yield listed;
  }
}
