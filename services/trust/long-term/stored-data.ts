import { Refusal } from "../../domain/refusal.ts";
import { signsList } from "../authority-lists.ts";
import { type Certificate, parseCertificate } from "../certificate.ts";
import { type RevocationList, readRevocationList } from "../crl.ts";
import { basicConstraintsOf } from "../extension.ts";
import type { ListReader } from "../list-memory.ts";
import type { StoreEntry } from "./pdf-state.ts";
import type { ReadRevision } from "./read-revisions.ts";

/** A revocation list, and by which revision it came, from 0. */
export interface StoredList extends RevocationList {
  revision: number;
}

/** Certificates and lists of a document security store, parsed and not believed. */
export interface StoredData {
  certificates: Certificate[];
  lists: StoredList[];
  /** Sentences on entries that are garbage. */
  faults: string[];
}

/** Most certificates and lists in a store, all revisions together: three chains, and eight renewals of the time stamp. */
const MOST: Readonly<Record<StoreEntry["kind"], number>> = { Certs: 32, CRLs: 24 };
/** Most signatures of lists that are tried. */
const MAX_TRIES = 48;

/**
 * Parses what revisions put into the store. Everything in it must be what it is said to be: certificates, revocation lists that an
 * authority in the store or among `anchors` signed, and uses by signatures of the document (`keys`, in the order in
 * which the signatures come).
 */
export function readStoredData(
  revisions: readonly ReadRevision[],
  anchors: readonly Certificate[],
  keys: readonly string[],
  readList: ListReader = readRevocationList,
): StoredData {
  const data: StoredData = { certificates: [], lists: [], faults: [] };
  const known = new Set<number>();
  const counts = { Certs: 0, CRLs: 0 };
  const unjudged: { number: number; list: StoredList }[] = [];
  let signatures = 1;
  for (const [index, revision] of revisions.entries()) {
    if (revision.kind === "stamp") {
      signatures += 1;
      continue;
    }
    for (const entry of revision.added) {
      counts[entry.kind] += 1;
      if (counts[entry.kind] > MOST[entry.kind]) {
        data.faults.push(`the security store holds more than ${MOST[entry.kind]} /${entry.kind}`);
        return data;
      }
      known.add(entry.number);
      const read = readEntry(entry, readList);
      if ("fault" in read) data.faults.push(read.fault);
      else if ("certificate" in read) data.certificates.push(read.certificate);
      else unjudged.push({ number: entry.number, list: { ...read.list, revision: index } });
    }
    const own = keys.slice(0, signatures);
    for (const { key, certs, crls } of revision.uses) {
      if (!own.includes(key)) data.faults.push(`the security store serves a signature that is not there (${key})`);
      if (![...certs, ...crls].every((number) => known.has(number))) {
        data.faults.push("the security store refers to objects that are not in it");
      }
    }
  }
  const authorities = [...anchors, ...data.certificates].filter((one) => basicConstraintsOf(one).ca);
  let tries = 0;
  for (const { number, list } of unjudged) {
    const namesakes = authorities.filter(({ subjectDer }) => Buffer.compare(subjectDer, list.issuerDer) === 0);
    tries += namesakes.length;
    if (tries <= MAX_TRIES && namesakes.some((authority) => signsList(authority, list))) data.lists.push(list);
    else data.faults.push(`no authority signed the revocation list in object ${number}`);
  }
  return data;
}

function readEntry({ kind, number, der }: StoreEntry, readList: ListReader) {
  try {
    if (kind === "Certs") return { certificate: parseCertificate(Uint8Array.from(der)) };
    return { list: readList(Uint8Array.from(der)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const what = kind === "Certs" ? "certificate" : "revocation list";
    return { fault: `object ${number} of the security store is no ${what}: ${error.message}` };
  }
}
