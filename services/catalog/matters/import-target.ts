import type { ReadRow } from "../../document/table/read-row.ts";
import type { ComparedRow } from "./import-record.ts";

/** What the rows of a file are held against, and where they are stored. */
export interface TargetOf {
  /** Compares rows with what is there. */
  compare(rows: readonly ReadRow[]): Promise<ComparedRow[]>;
  /** What is there, has not ended, belongs to the lists that the compared rows are of, and is none of `named`. */
  missing(named: ReadonlySet<string>, endedOn: string): AsyncIterable<ComparedRow[]>;
  /** Stores rows that add, change or end something; the same again changes nothing. */
  store(rows: readonly ComparedRow[]): Promise<void>;
  /** Whether something that an import may change has changed since a time (RFC 3339). */
  changedSince(time: string): Promise<boolean>;
}
