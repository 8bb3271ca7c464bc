import type { FileFault, FileFormat } from "../../document/table/table.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** Where an import stands. Work is done by itself in `comparing` and `applying`. */
export const IMPORT_STATES = [
  "receiving",
  "received",
  "comparing",
  "previewed",
  "unreadable",
  "applying",
  "done",
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** What importing does to the matter of a row. */
export type RowOutcome = "added" | "changed" | "ended" | "unchanged" | "faulty";

/** Rows by what importing does. */
export type ImportCounts = Record<RowOutcome, number>;

/** What an import changes: the matters of departments, or the province's directory. */
export type ImportTarget = "list" | "directory";

/** An import of a file. `_id` is chosen by the service. */
export interface ImportDocument extends Stored {
  target: ImportTarget;
  format: FileFormat;
  bytes: number;
  sha256: string;
  rowsOnly: boolean;
  /** As it was asked for; a preview without it takes its own day. */
  endedOn?: string;
  /** Who began it, and how far that caller sees: rows beyond are faulty. */
  by: string;
  reach: Reach;
  state: ImportState;
  /** Parts that have come, in their order. */
  parts: { sha256: string; bytes: number }[];
  /** Present while work is to be done; the index of such. */
  open?: "comparing" | "applying";
  /** Present from its acceptance to its end: unique, so that one import of a node is stored at a time. */
  gate?: "applying";
  /** Process that does the work, and until when it is left to it (RFC 3339). */
  worker?: { name: string; until: string };
  startedAt: string;
  /** When it is forgotten, RFC 3339. */
  expires: string;
  /** When its work began, RFC 3339, and how far it is. */
  phaseSince?: string;
  doneRows: number;
  totalRows: number;
  /** Of what was compared. */
  preview?: ImportPreview;
  /** Pieces of the preview that are stored already. */
  applied?: number;
  /** Times that comparing was begun: a file that ends the process each time is given up. */
  tries?: number;
  partial?: boolean;
  /** Rows behind which storing was stopped. */
  stoppedRows?: number;
  fault?: FileFault;
}

/** What a comparison came to. */
export interface ImportPreview {
  /** RFC 3339: from before anything was read. What changes later is not in it. */
  at: string;
  endedOn: string;
  pieces: number;
  counts: ImportCounts;
  /** Digest of all pieces: what is accepted is what was shown. */
  sha256: string;
  endingWithheld: boolean;
  encoding?: string;
}

export const IMPORTS: CollectionSpec = {
  name: "catalog_matter_imports",
  indexes: [
    { name: "open", fields: ["open", "startedAt"] },
    { name: "gate", fields: ["gate"], unique: true },
    { name: "callers", fields: ["by", "startedAt"] },
    { name: "expires", fields: ["expires"] },
  ],
};

/** A row as it was compared. */
export interface ComparedRow {
  /** 0: it stands in no row, and ends. */
  row: number;
  code?: string;
  name?: string;
  outcome: RowOutcome;
  /** What is stored: members that the file gives, empty where it empties them. */
  value?: JsonObject;
  /** Members that change, as they were. */
  before?: JsonObject;
  faults?: FileFault[];
}

/** Bytes of a part of the file, or rows of the preview. `_id` is `<import>/part/<number>` or `<import>/rows/<number>`. */
export interface PieceDocument extends Stored {
  importId: string;
  /** Base64. */
  bytes?: string;
  /** How the bytes of a part are packed. Absent: they are not, as from before that was done. */
  packed?: "deflate";
  rows?: ComparedRow[];
}

export const PIECES: CollectionSpec = {
  name: "catalog_matter_import_pieces",
  indexes: [{ name: "imports", fields: ["importId"] }],
};

/** Key of a piece. */
export function pieceId(importId: string, kind: "part" | "rows", number: number): string {
  return `${importId}/${kind}/${number}`;
}

/** Throws for a stored import that cannot be read. */
export function checkImportDocument({ by, sha256, state, parts, expires, reach }: ImportDocument): void {
  const sound =
    [by, sha256, expires].every((text) => typeof text === "string") &&
    IMPORT_STATES.includes(state) &&
    Array.isArray(parts) &&
    typeof reach?.kind === "string";
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "an import lacks members or has wrong ones");
}

/** Throws for a stored piece that cannot be read. */
export function checkPieceDocument({ importId, bytes, rows }: PieceDocument): void {
  if (typeof importId === "string" && (typeof bytes === "string" || Array.isArray(rows))) return;
  throw new Refusal("RECORD_UNREADABLE", "a piece of an import lacks members or has wrong ones");
}
