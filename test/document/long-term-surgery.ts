import { type GrownPdf, openGrownPdf } from "../../services/trust/long-term/grown-pdf.ts";
import type { PdfState, StoreEntry } from "../../services/trust/long-term/pdf-state.ts";
import { type RevisionObject, textObject, writeRevision } from "../../services/trust/long-term/revision.ts";
import { appendStore, firstEntryNumber } from "../../services/trust/long-term/security-store.ts";

/** Takes a good file apart. */
export function grownOf(file: Buffer): GrownPdf {
  const grown = openGrownPdf(file, []);
  if (grown.different !== undefined) throw new Error(grown.different);
  return grown as GrownPdf;
}

/** The file with a revision of the form of ours behind it, whatever its objects; `change` may spoil its octets. */
export function revisionBehind(
  file: Buffer,
  objects: (state: PdfState) => RevisionObject[],
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Buffer {
  const { state } = grownOf(file);
  const revision = writeRevision(state, objects(state));
  if (revision === undefined) throw new Error("no revision fits behind this file");
  return Buffer.concat([file, change(revision.bytes)]);
}

/** The file with a store of the entries behind it, put down to its signature. */
export function storeBehind(file: Buffer, entries: readonly Omit<StoreEntry, "number">[]): Buffer {
  const { state, keys } = grownOf(file);
  const numbers = entries.map((_, index) => firstEntryNumber(state) + index);
  const of = (kind: StoreEntry["kind"]) => numbers.filter((_, index) => entries[index]?.kind === kind);
  const uses = [{ key: keys[0] ?? "", certs: of("Certs"), crls: of("CRLs") }];
  const appended = appendStore(state, { added: entries, uses });
  if (appended === undefined) throw new Error("no store fits behind this file");
  return Buffer.concat([file, appended.bytes]);
}

/** The objects of the last revision of a file, as they stand. */
export function lastObjects(file: Buffer): RevisionObject[] {
  const text = file.toString("latin1");
  const from = text.lastIndexOf("%%EOF\n", text.length - 7) + 6;
  const body = text.slice(from, text.indexOf("xref\n", from));
  return [...body.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj\n/g)].map(([, number, inner]) =>
    textObject(Number(number), inner ?? ""),
  );
}
