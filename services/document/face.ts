import type { DataMessage } from "../domain/message.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { SealPicture } from "./seal-picture.ts";

/** What a face is drawn from: a data message before or after the digests of its faces are known. */
export type FaceSource = Omit<DataMessage, "faces"> | DataMessage;

/** A face template and a seal picture, checked and drawn once, ready for any number of messages. */
export interface CompiledFace {
  /** SHA-256 (hex) over template and seal picture: names exactly what draws the face. */
  readonly digest: string;
  /**
   * Draws the face and returns it as PDF, ready to be signed. Depends on nothing but the message, whose `faces` are not
   * looked at. Throws `Refusal`: `GLYPH_MISSING` for a character that no font has, `DATA_INVALID` for a value that does
   * not fit its box even at the smallest size allowed; both name the field.
   */
  preparePdf(message: FaceSource): PreparedPdf;
}

/** Compiles faces. Holds the fonts; one per process is enough. */
export interface FaceRenderer {
  /**
   * Checks and draws the fixed part of a face. Compiled faces are kept by the digest of template and seal picture, so
   * calling this for each certificate is cheap. Throws `INVALID_FIELD` with the paths of all faults.
   */
  compile(templateJson: string, seal: SealPicture): CompiledFace;
}

/** Options of {@link createFaceRenderer}. */
export interface FaceRendererOptions {
  /** How many compiled faces are kept, least recently used dropped first. Default 64. */
  cacheSize?: number;
}

/** Creates a renderer. The fonts are read from disk at the first compilation, once per process. */
export function createFaceRenderer(_options: FaceRendererOptions = {}): FaceRenderer {
  throw new Error("the face renderer is being written");
}
