import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  MatterFileFormat,
  type MatterImportRowSchema,
  type MatterImportSchema,
  MatterImportState,
  MatterImportTarget,
  MatterRowOutcome,
} from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import type { FileFormat } from "../../document/table/table.ts";
import type { Json } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import type { ComparedRow, ImportDocument, ImportState, ImportTarget, RowOutcome } from "./import-record.ts";

/** Both names of what the contract lists. */
export const FORMATS: Readonly<Record<FileFormat, MatterFileFormat>> = {
  csv: MatterFileFormat.CSV,
  xlsx: MatterFileFormat.XLSX,
  json: MatterFileFormat.JSON,
};
export const TARGETS: Readonly<Record<ImportTarget, MatterImportTarget>> = {
  list: MatterImportTarget.LIST,
  directory: MatterImportTarget.DIRECTORY,
};
export const OUTCOMES: Readonly<Record<RowOutcome, MatterRowOutcome>> = {
  added: MatterRowOutcome.ADDED,
  changed: MatterRowOutcome.CHANGED,
  ended: MatterRowOutcome.ENDED,
  unchanged: MatterRowOutcome.UNCHANGED,
  faulty: MatterRowOutcome.FAULTY,
};
const STATES: Readonly<Record<ImportState, MatterImportState>> = {
  receiving: MatterImportState.RECEIVING,
  received: MatterImportState.RECEIVED,
  comparing: MatterImportState.COMPARING,
  previewed: MatterImportState.PREVIEWED,
  unreadable: MatterImportState.UNREADABLE,
  applying: MatterImportState.APPLYING,
  done: MatterImportState.DONE,
};

/** The name by which a value of the contract is stored. */
export function nameOf<Name extends string, Value>(table: Readonly<Record<Name, Value>>, value: Value): Name {
  // The field rules let no other in.
  return (Object.keys(table) as Name[]).find((name) => table[name] === value) as Name;
}

/** The contract's view of an import. */
export function importView(document: ImportDocument, now: Date): MessageInitShape<typeof MatterImportSchema> {
  const { parts, preview, doneRows, totalRows, endedOn = "" } = document;
  return {
    id: document._id,
    target: TARGETS[document.target],
    format: FORMATS[document.format],
    bytes: BigInt(document.bytes),
    receivedBytes: BigInt(parts.reduce((sum, part) => sum + part.bytes, 0)),
    parts: parts.length,
    sha256: document.sha256,
    state: STATES[document.state],
    doneRows: BigInt(doneRows),
    totalRows: BigInt(totalRows),
    secondsLeft: BigInt(secondsLeft(document, now)),
    endedOn: preview?.endedOn ?? endedOn,
    partial: document.partial === true,
    stoppedRows: BigInt(document.stoppedRows ?? 0),
    ...(preview && {
      counts: Object.fromEntries(Object.entries(preview.counts).map(([name, count]) => [name, BigInt(count)])),
      previewSha256: preview.sha256,
      encoding: preview.encoding ?? "",
      endingWithheld: preview.endingWithheld,
    }),
    ...(document.fault && { fault: document.fault }),
  };
}

function secondsLeft({ open, phaseSince, doneRows, totalRows }: ImportDocument, now: Date): number {
  if (!open || phaseSince === undefined || doneRows === 0) return 0;
  const elapsed = Math.max(0, now.getTime() - instantOf(phaseSince));
  return Math.ceil(((elapsed / doneRows) * Math.max(0, totalRows - doneRows)) / 1_000);
}

/** The contract's view of a row that was compared. */
export function rowView(row: ComparedRow): MessageInitShape<typeof MatterImportRowSchema> {
  const { code = "", name = "", outcome, before = {}, value = {}, faults = [] } = row;
  const changes = Object.entries(before).map(([member, old]) => ({
    member,
    before: textOf(old),
    after: textOf(value[member] ?? ""),
  }));
  return { row: BigInt(row.row), code, name, outcome: OUTCOMES[outcome], changes, faults };
}

/** A value as people read it: texts as they are, lists and objects as JSON. */
function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
