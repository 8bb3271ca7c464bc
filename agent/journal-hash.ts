import { CHAIN_ROOT } from "../services/domain/hash-chain.ts";
import { readJournal } from "../services/journal/read-journal.ts";

/** Hash of an entry of a journal on disk; `undefined` where its file is not there. Every journal has the entry 0, its beginning. */
export async function hashAt(directory: string, name: string, n: number): Promise<string | undefined> {
  if (n === CHAIN_ROOT.n) return CHAIN_ROOT.hash;
  let hash: string | undefined;
  await readJournal(directory, name, n, (entry) => {
    if (entry.n === n) hash = entry.hash;
  });
  return hash;
}
