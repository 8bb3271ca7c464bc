import { withMember } from "./dictionary-text.ts";
import type { Appended, PdfState, StoreEntry, StoreUse } from "./pdf-state.ts";
import { type RevisionObject, streamObject, textObject, writeRevision } from "./revision.ts";

/** What a revision adds to the document security store. */
export interface StoreAddition {
  /** New entries; their objects are numbered in this order. */
  added: readonly Omit<StoreEntry, "number">[];
  /** What the signatures need, all of them anew: by the numbers of old and new entries. */
  uses: readonly StoreUse[];
}

/** Number of the first new entry of an addition; the dictionary itself comes before it. */
export function firstEntryNumber({ size }: Pick<PdfState, "size">): number {
  return size + 1;
}

/**
 * Writes a revision that puts certificates and revocation lists into the document security store (`/DSS`, EN 319 142-1
 * §5.4): the catalog with nothing but `/DSS` changed, the store, and its streams. `undefined` where the file has not the form of our faces.
 */
export function appendStore(state: PdfState, { added, uses }: StoreAddition): Appended | undefined {
  const store = state.size;
  const fresh = added.map((entry, index) => ({ ...entry, number: firstEntryNumber(state) + index }));
  const entries = [...state.entries, ...fresh];
  const catalogText = withMember(state.catalog.text, "DSS", `${store} 0 R`);
  if (catalogText === undefined) return undefined;
  const objects: RevisionObject[] = [
    textObject(state.catalog.number, catalogText),
    textObject(store, storeText(entries, uses)),
    ...fresh.map(({ number, der }) => streamObject(number, der)),
  ];
  const revision = writeRevision(state, objects);
  if (revision === undefined) return undefined;
  const { bytes, ...rest } = revision;
  const catalog = { number: state.catalog.number, text: catalogText };
  return { bytes, state: { ...state, ...rest, end: state.end + bytes.length, catalog, entries, uses } };
}

function storeText(entries: readonly StoreEntry[], uses: readonly StoreUse[]): string {
  const of = (kind: StoreEntry["kind"]) =>
    references(entries.filter((e) => e.kind === kind).map(({ number }) => number));
  const vri = uses.map(
    ({ key, certs, crls }) => `/${key} <</Type /VRI /Cert ${references(certs)} /CRL ${references(crls)}>>`,
  );
  return `<</Type /DSS /Certs ${of("Certs")} /CRLs ${of("CRLs")} /VRI <<${vri.join(" ")}>>>>`;
}

function references(numbers: readonly number[]): string {
  return `[${numbers.map((number) => `${number} 0 R`).join(" ")}]`;
}

const LIST = String.raw`\[((?:\d{1,7} 0 R ?)*)\]`;
const STORE = new RegExp(`^<</Type /DSS /Certs ${LIST} /CRLs ${LIST} /VRI <<(.*)>>>>$`, "s");
const USE = new RegExp(`/([0-9A-F]{40}) <</Type /VRI /Cert ${LIST} /CRL ${LIST}>>`, "g");

/**
 * Reads back what {@link appendStore} was given from the dictionary and the streams of a revision. Whether that is all of the
 * revision shows when it is written again.
 */
export function readStore(
  text: string,
  streams: readonly { number: number; content: Buffer }[],
): StoreAddition | undefined {
  const [, certs = "", crls = "", vri = ""] = STORE.exec(text) ?? [];
  const kinds = new Map<number, StoreEntry["kind"]>();
  for (const number of numbersIn(certs)) kinds.set(number, "Certs");
  for (const number of numbersIn(crls)) kinds.set(number, "CRLs");
  const added = streams.map(({ number, content }) => ({ kind: kinds.get(number), der: content }));
  if (added.some(({ kind }) => kind === undefined)) return undefined;
  const uses = [...vri.matchAll(USE)].map(([, key = "", certs = "", crls = ""]) => ({
    key,
    certs: numbersIn(certs),
    crls: numbersIn(crls),
  }));
  return { added: added as StoreAddition["added"], uses };
}

function numbersIn(list: string): number[] {
  return [...list.matchAll(/\d+(?= 0 R)/g)].map(([number]) => Number(number));
}
