import type { RunFont } from "../font/library.ts";
import type { Path } from "../path.ts";
import type { Pixels } from "../picture/png-pixels.ts";

/**
 * What layout hands to the writers, in drawing order: text runs, paths and images at their places, in mm from the top
 * left corner of the page. Knows no file format, so that every format shows the same face.
 */
export type Placed = PlacedShape | PlacedCode;

/** What shows itself: codes aside, which each format may write in its own way. */
export type PlacedShape = PlacedText | PlacedPath | PlacedImage;

/** One line of text, one glyph per code point, no kerning. */
export interface PlacedText {
  kind: "text";
  text: string;
  font: RunFont;
  /** Font size in mm. */
  size: number;
  /** Start of the baseline. */
  x: number;
  y: number;
  /** Gap added after each character, in mm. */
  spacing: number;
  color: string;
  /** The field that the text shows; absent for fixed text. */
  field?: string;
  /** All data items that it shows, by name as in refusals; absent for fixed text. */
  sources?: readonly string[];
}

/** A path to fill (even-odd if so marked, else non-zero) and then to stroke. */
export interface PlacedPath {
  kind: "path";
  path: Path;
  fill?: string;
  evenOdd?: boolean;
  stroke?: string;
  /** mm. */
  strokeWidth?: number;
  dash?: readonly [number, number];
  /** The data item that it shows, for codes such as QR. */
  sources?: readonly string[];
}

/** A QR code, its margin included, in a square. */
export interface PlacedCode {
  kind: "code";
  text: string;
  x: number;
  y: number;
  side: number;
  fill: string;
  sources: readonly string[];
}

/** A picture, stretched over its place. */
export interface PlacedImage {
  kind: "image";
  x: number;
  y: number;
  width: number;
  height: number;
  image: Picture;
  field: string;
  sources?: readonly string[];
}

/** A picture that was read: the file as it is embedded where a format takes files, and what PDF needs of it. */
export type Picture = {
  /** With nothing but what shows. */
  bytes: Buffer;
  /** Pixels. */
  width: number;
  height: number;
} & (
  | { format: "jpeg"; channels: 1 | 3 }
  /** `rows`: the zlib stream of its filtered rows, 8 bits a sample; 1 grey, 3 RGB. */
  | { format: "png"; channels: 1 | 3; rows: Buffer }
  | { format: "png"; pixels: Pixels }
);
