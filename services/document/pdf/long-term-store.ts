import type { PdfState, StoreEntry, StoreUse } from "../../trust/long-term/pdf-state.ts";
import { firstEntryNumber, type StoreAddition } from "../../trust/long-term/security-store.ts";
import type { FilledNeed } from "../../trust/long-term/validation-data.ts";

/**
 * What a store must take in so that it holds everything that the needs are filled with: entries that it lacks, each once, in the
 * order of the needs, and for each signature the numbers of what it uses.
 */
export function storeAddition(state: PdfState, filled: readonly FilledNeed[]): StoreAddition {
  const added: Omit<StoreEntry, "number">[] = [];
  const numbers = new Map(state.entries.map((entry) => [keyOf(entry), entry.number]));
  const numberOf = (kind: StoreEntry["kind"], der: Uint8Array): number => {
    const entry = { kind, der: Buffer.from(der) };
    const known = numbers.get(keyOf(entry));
    if (known !== undefined) return known;
    const number = firstEntryNumber(state) + added.length;
    added.push(entry);
    numbers.set(keyOf(entry), number);
    return number;
  };
  const uses = new Map<string, StoreUse>();
  for (const { key, chain, lists } of filled) {
    const use = uses.get(key) ?? { key, certs: [], crls: [] };
    uses.set(key, use);
    for (const { der } of chain) put(use.certs, numberOf("Certs", der));
    for (const { der } of lists) put(use.crls, numberOf("CRLs", der));
  }
  return { added, uses: [...uses.values()] };
}

function keyOf({ kind, der }: Omit<StoreEntry, "number">): string {
  return `${kind} ${der.toString("base64")}`;
}

function put(list: number[], number: number): void {
  if (!list.includes(number)) list.push(number);
}
