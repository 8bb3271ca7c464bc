import type { JsonObject } from "../services/domain/canonical.ts";
import type { ChainEntry, ChainHead } from "../services/domain/hash-chain.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { listSegments } from "../services/journal/journal-segments.ts";
import { readJournal } from "../services/journal/read-journal.ts";
import type { UsedConfirmation } from "./confirmation-index.ts";
import type { IndexFile } from "./index-file.ts";
import type { SerialRow } from "./index-rows.ts";
import { hashAt } from "./journal-hash.ts";
import { noteDecision } from "./journal-standing.ts";
import { noteOfficers } from "./officer-lists.ts";

/** A journal on disk, and its end. */
export interface JournalPlace {
  directory: string;
  name: string;
  head: ChainHead;
}

/** Intents that are stored at a time. */
const BATCH = 1_000;
/** Entries in which an index of an earlier version looks for the certificates that were signed last. */
const LOOK_BACK = 10_000;

/**
 * Brings the index up to the end of the journal: what a crash left out is read from there, and all of it where the index is lost.
 * Resolves to the number of entries that were read. Throws `STATE_CONFLICT` where the journal is older than the index, or another one:
 * then a person must decide (`journal accept`), for an agent that forgot what it signed could be made to sign it differently.
 */
export async function bringUpToDate(index: IndexFile, { directory, name, head }: JournalPlace): Promise<number> {
  const known = index.head();
  if (known === undefined) {
    const [oldest] = await listSegments(directory, name);
    if (oldest && oldest.first > 1)
      throw undecided(`there is no index, and the journal begins with entry ${oldest.first}`);
    return readInto(index, { directory, name, head }, 1);
  }
  if (known.n > head.n) throw undecided(`the journal ends with entry ${head.n}, and the index knows ${known.n}`);
  const hash = known.n === head.n ? head.hash : await hashAt(directory, name, known.n);
  if (hash !== known.hash) throw undecided(`entry ${known.n} of the journal is another one than the index knows`);
  if (index.recent().length === 0) await rememberRecent(index, { directory, name, head: known });
  return readInto(index, { directory, name, head }, known.n + 1);
}

/** An index of an earlier version, or of an agent that has not signed yet: it learns which certificates it signed last. */
async function rememberRecent(index: IndexFile, { directory, name, head }: JournalPlace): Promise<void> {
  const rows: SerialRow[] = [];
  await readJournal(directory, name, Math.max(1, head.n - LOOK_BACK), (entry) => {
    const row = entry.n <= head.n && rowOf(entry);
    if (row) rows.push(row);
  });
  if (rows.length > 0) index.add(rows, head);
}

/**
 * Adds what a journal tells, as far as its files are there, to what the index knows, which forgets nothing, and lets it go on from the
 * end of that journal.
 */
export function acceptJournal(index: IndexFile, place: JournalPlace): Promise<number> {
  return readInto(index, place, 1);
}

async function readInto(index: IndexFile, { directory, name, head }: JournalPlace, from: number): Promise<number> {
  let rows: SerialRow[] = [];
  let confirmations: UsedConfirmation[] = [];
  let entries = 0;
  let last: ChainHead | undefined;
  const store = () => {
    if (last) index.add(rows, last, confirmations);
    rows = [];
    confirmations = [];
  };
  if (from <= head.n) {
    await readJournal(directory, name, from, (entry) => {
      entries++;
      last = { n: entry.n, hash: entry.hash };
      noteDecision(index, entry);
      noteOfficers(index, entry);
      const row = rowOf(entry);
      if (row) rows.push(row);
      const used = confirmationOf(entry);
      if (used) confirmations.push(used);
      if (rows.length >= BATCH) store();
    });
  }
  last = head;
  store();
  return entries;
}

/** What an intent took; entries of earlier versions of this program name no digest, or no day. */
function rowOf({ n, kind, body }: ChainEntry): SerialRow | undefined {
  const { app, businessSerial, identifier, order, message, day, shown } = body as JsonObject & Record<string, unknown>;
  if (kind !== "intended" || typeof app !== "string" || typeof businessSerial !== "string") return undefined;
  const digest = typeof order === "string" ? order : "";
  const row = { app, businessSerial, identifier: String(identifier), digest, entry: n };
  if (typeof day !== "string" || typeof message !== "string" || typeof shown !== "string") return row;
  return { ...row, latest: { day, message, shown } };
}

/** By which confirmation an intent was ordered, where it was by one. */
function confirmationOf({ kind, body }: ChainEntry): UsedConfirmation | undefined {
  const { assertion, credential, counter } = (body.origin ?? {}) as Record<string, unknown>;
  if (kind !== "intended" || typeof assertion !== "string") return undefined;
  return { assertion, credential: String(credential), counter: Number(counter) };
}

function undecided(what: string): Refusal {
  const remedy =
    "put the right journal back, or decide with `journal accept` that the agent goes on with this one and all that the index knows";
  return new Refusal("STATE_CONFLICT", `the journal and its index do not belong together: ${what}: ${remedy}`);
}
