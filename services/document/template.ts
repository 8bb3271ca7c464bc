import type { FontName } from "./font/library.ts";

/**
 * A face template (照面模板): one page, its size and all boxes in mm from the top left corner. Written as JSON, checked by
 * `parseTemplate`. What does not depend on data is drawn once; fields, QR code and images are drawn per certificate,
 * above it. The same template drives every file format.
 */
export interface FaceTemplate {
  schema: "ecert.face.v1";
  page: { width: number; height: number };
  elements: FaceElement[];
  /**
   * Archive forms of the files. PDF: `A-2b` (default), or `A-3b`, which embeds the data message. OFD: `OFD` (default), or
   * `OFD-A` (GB/T 42133).
   */
  output?: { pdf?: "A-2b" | "A-3b"; ofd?: "OFD" | "OFD-A" };
}

/** One element of a face. */
export type FaceElement =
  | TextElement
  | FieldElement
  | LineElement
  | RectElement
  | PathElement
  | RosetteElement
  | BorderElement
  | QrElement
  | ImageElement
  | TableElement
  | SealElement;

/** x, y, width, height in mm. */
export type Box = [number, number, number, number];

/** How a text sits in its box. */
export interface TextStyle {
  box: Box;
  /** Default `regular`. */
  font?: FontName;
  /** Points (1/72 inch). */
  size: number;
  /** Smallest size to which a text may shrink, in points. Default: `size`, so nothing shrinks. */
  minSize?: number;
  /** `spread` puts equal gaps between the characters of a line; `justify` does so for all but the last line. Default `left`. */
  align?: "left" | "center" | "right" | "spread" | "justify";
  /** Default `top`. */
  valign?: "top" | "middle" | "bottom";
  /** Break into lines. Default false: one line. */
  wrap?: boolean;
  /** Line distance as a multiple of the size. Default 1.4. */
  lineHeight?: number;
  /** Gap between characters as a multiple of the size. Default 0. */
  spacing?: number;
  /** `#RRGGBB`. Default black. */
  color?: string;
}

/** A fixed text. */
export interface TextElement extends TextStyle {
  type: "text";
  text: string;
}

/** A text from the message: either one `source` or several `parts` put together. */
export interface FieldElement extends TextStyle, Partial<FieldSource> {
  type: "field";
  parts?: (FieldSource | { text: string })[];
}

/** Where a value comes from and how it is written. */
export interface FieldSource {
  /** `data.…`, `metadata.…` or `holders[0].…`; `[*]` takes all members of a list. */
  source: string;
  /** `date` writes `2026-11-24` as 2026年11月24日. Default `text`. */
  format?: "text" | "date";
  /** Written between several values. Default `、`. */
  join?: string;
  /** Written before and after, if there is a value. */
  prefix?: string;
  suffix?: string;
  /** Written where there is no value. Default: nothing. */
  absent?: string;
  /** What to write for codes; a value not listed is written as it is. */
  map?: Record<string, string>;
}

/** Colours `#RRGGBB`, stroke width in mm (default 0.25). Nothing is painted with what is not given. */
export interface Paint {
  fill?: string;
  stroke?: string;
  strokeWidth?: number;
}

/** A straight line. */
export interface LineElement {
  type: "line";
  from: [number, number];
  to: [number, number];
  stroke: string;
  strokeWidth?: number;
  /** Lengths of stroke and gap in mm. */
  dash?: [number, number];
}

/** A rectangle, with round corners if `radius` (mm) is given. */
export interface RectElement extends Paint {
  type: "rect";
  box: Box;
  radius?: number;
}

/** A free path in SVG's absolute steps, moved to `at` and scaled. */
export interface PathElement extends Paint {
  type: "path";
  d: string;
  at?: [number, number];
  scale?: number;
}

/** A guilloche rosette: `lines` curves of `petals` waves each, between two radii. */
export interface RosetteElement {
  type: "rosette";
  center: [number, number];
  radius: number;
  innerRadius: number;
  petals: number;
  lines: number;
  stroke: string;
  strokeWidth?: number;
}

/** A guilloche border: bands of `lines` interwoven waves of about `wavelength` mm, `depth` mm wide, rosettes in the corners. */
export interface BorderElement {
  type: "border";
  box: Box;
  depth: number;
  wavelength: number;
  lines: number;
  stroke: string;
  strokeWidth?: number;
}

/** A QR code, square, with the value of the source (error correction L, fixed mask), its margin in the box. */
export interface QrElement {
  type: "qr";
  box: Box;
  source: string;
  color?: string;
}

/**
 * A picture, such as the holder's photo, fitted into the box. Either the file of the attachment with the name `attachment`, or
 * the value of `source`, a `data:image/png;base64,…` or `data:image/jpeg;base64,…` text. Where there is none, nothing is
 * drawn, or the certificate is refused if the picture is `required`.
 */
export interface ImageElement {
  type: "image";
  box: Box;
  source?: string;
  attachment?: string;
  /** Default false. */
  required?: boolean;
}

/**
 * A table: one row for each member of the list `source`. Rows are `rowHeight` high, lower if there are many, but never
 * lower than `minRowHeight`; a list that does not fit even then is refused. Its lines end with its last row.
 */
export interface TableElement {
  type: "table";
  box: Box;
  source: string;
  /** mm. */
  rowHeight: number;
  /** Default: `rowHeight`. */
  minRowHeight?: number;
  /** A row of titles above the list. */
  header?: { height: number; size: number; font?: FontName; color?: string; fill?: string };
  columns: TableColumn[];
  /** Lines round the cells; none if absent. */
  stroke?: string;
  strokeWidth?: number;
}

/** A column of a table. Its cells are set as fields are; texts keep 1 mm off the lines. */
export interface TableColumn extends Omit<TextStyle, "box">, Omit<FieldSource, "source"> {
  /** mm. */
  width: number;
  title?: string;
  /** Member of the row: `name`, `shares[0].owner`; `#` writes the number of the row. */
  source: string;
}

/** Where the seal goes, centred in the box; it is the visible part of the signature. Exactly one per template. */
export interface SealElement {
  type: "seal";
  box: Box;
}
