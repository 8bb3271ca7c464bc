import type { CopyNote } from "./use-copy.ts";

/* What the desk for copies and its thread say to each other. */

/** A signed PDF to copy; its octets change hands. */
export interface CopyJob {
  original: Uint8Array<ArrayBuffer>;
  note: CopyNote;
}

/** The copy. */
export interface CopyAnswer {
  pdf: Uint8Array<ArrayBuffer>;
}
