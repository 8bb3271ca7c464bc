import type { Picture } from "../layout/placed.ts";

/** A report of several pages: what it says, in order. Knows neither pages nor formats. */
export interface Report {
  title: string;
  /** Who says it: stands in the head of each page and in the properties of the file. */
  author: string;
  /** What tells this report from others, for machines that hold the file alone. */
  identifier: string;
  /** When it was made, RFC 3339, UTC. The same report of the same time gives the same octets. */
  madeAt: string;
  blocks: readonly Block[];
}

/** One piece of a report. */
export type Block = { kind: "heading"; text: string } | { kind: "paragraph"; text: string } | PictureBlock | Table;

/** A picture with what stands below it. */
export interface PictureBlock {
  kind: "picture";
  picture: Picture;
  title: string;
}

/** A table; one that is longer than a page goes on on the next, under its head again. */
export interface Table {
  kind: "table";
  title: string;
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
}

/** A column of a table. */
export interface Column {
  title: string;
  /** Its share of the width, as against the other columns. */
  share: number;
  align: "left" | "center" | "right";
}
