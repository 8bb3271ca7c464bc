import type { RateFigures } from "../../domain/rates.ts";
import type { VolumeFigures } from "../../domain/volumes.ts";
import type { KnownSince } from "../facts/nodes.ts";

/** A row of a snapshot: a division, or a department. */
export interface SnapshotRow {
  /** Code of six digits of a division; of a department the division that it serves. */
  division: string;
  /** Social credit code. Empty: the row is of the division. */
  department: string;
  /** Name of the department. Empty for divisions. */
  name: string;
  nodes: readonly string[];
  /** What both rates are made of, on the last day of the quarter. Rates, and any ranking by them, follow from these. */
  figures: RateFigures;
  /** What was counted in the quarter. */
  volumes: VolumeFigures;
  /** Values of the indicators of that time; of one without a value its id alone. */
  indicators: readonly { id: string; value?: number }[];
}

/** Figures of a quarter as they were known when they were frozen (6.2.6.1): all that a bulletin (6.2.6.2) is drawn from. It never changes. */
export interface Snapshot {
  /** Division that was inspected, with all below. */
  division: string;
  /** `2026Q4`, with its first and last day. */
  quarter: string;
  from: string;
  to: string;
  /** RFC 3339, UTC. */
  frozenAt: string;
  /** Who froze it, as evidence names people. */
  frozenBy: string;
  /** Indicators of that time, with their names. */
  indicators: readonly { id: string; name: string }[];
  /** Nodes that told nothing when it was frozen, and when they last did. */
  silent: readonly { node: string; lastEventAt: string }[];
  /** Nodes of which less is known of a part of the quarter. Absent: none, or it was frozen before that was kept. */
  knownSince?: readonly KnownSince[];
  /** Years whose holidays were not known. Absent: none, or it was frozen before that was kept. */
  yearsWithoutHolidays?: readonly number[];
  /** Divisions from the top, then departments by division and code. */
  rows: readonly SnapshotRow[];
}
