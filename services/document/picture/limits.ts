import type { Refusal } from "../../domain/refusal.ts";

/** Largest picture on a face, in bytes of its file. */
export const MAX_PICTURE_BYTES = 512 * 1024;
/** Most pixels: ten times what a holder's photo has at 600 dpi, and 16 MB at most when it is decoded. */
export const MAX_PIXELS = 4_000_000;

/** Makes the refusal of a picture; what is wrong with it completes "the picture …". */
export type PictureFault = (what: string) => Refusal;
