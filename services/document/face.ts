import { BoundedMemory } from "../base/bounded-memory.ts";
import { digestOf } from "../domain/canonical.ts";
import { DRAWING, drawingOf } from "../domain/message.ts";
import { isSandboxNode, SANDBOX_WATERMARK } from "../domain/sandbox.ts";
import { compileFirst, compileSecond, type DrawnForms } from "./drawing-version.ts";
import type { FaceSource } from "./face-source.ts";
import type { FontFile } from "./font/font-file.ts";
import { type FontLibrary, loadFonts } from "./font/library.ts";
import { type AttachedFiles, compileTemplate, type LaidOutFace } from "./layout/compile-template.ts";
import type { Placed } from "./layout/placed.ts";
import type { OfdOptions } from "./ofd/compile-ofd.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import { checkSealPicture, parseTemplate } from "./parse-template.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { SealPicture } from "./seal-picture.ts";
import { type Stamp, stamped } from "./shape/stamp.ts";
import { watermark } from "./shape/watermark.ts";

/** A face template and a seal picture, checked and drawn once, ready for any number of messages. */
export interface CompiledFace {
  /** SHA-256 (hex) over template and seal picture: names exactly what draws the face. */
  readonly digest: string;
  /**
   * Draws the face and returns it as PDF, ready to be signed. Depends on nothing but the message, whose `faces` are not
   * looked at. Throws `Refusal`: `GLYPH_MISSING` for a character that no font has, `DATA_INVALID` for a value that does
   * not fit its box even at the smallest size allowed; both name the field; `ATTACHMENT_REFUSED` for an attachment that the
   * face shows and that is not among `files`.
   */
  preparePdf(message: FaceSource, files?: AttachedFiles): PreparedPdf;
  /**
   * Draws the face as PDF under a watermark, for templates that are not published yet. Refuses as `preparePdf` does; the
   * result is never signed.
   */
  preparePreview(message: FaceSource, options: PreviewOptions): PreparedPdf;
  /** Draws the same face as OFD package (GB/T 33190), ready to be signed. As `preparePdf` in everything else. */
  prepareOfd(message: FaceSource, options?: OfdOptions): PreparedOfd;
}

/** How a preview is drawn. */
export interface PreviewOptions {
  /** Word written over the page, 样例 as a rule; at most 12 characters of it are shown. */
  watermark: string;
  /** An electronic seal to show at its place, below the watermark. */
  stamp?: Stamp | undefined;
  /** Attachments that the face shows. */
  files?: AttachedFiles | undefined;
}

/** Compiles faces. Holds the fonts; one per process is enough. */
export interface FaceRenderer {
  /**
   * Checks and draws the fixed part of a face. Compiled faces are kept by template and seal picture, so
   * calling this for each certificate is cheap. Throws `INVALID_FIELD` with the paths of all faults.
   */
  compile(templateJson: string, seal: SealPicture): CompiledFace;
}

/** Options of {@link createFaceRenderer}. */
export interface FaceRendererOptions {
  /** How many compiled faces are kept, least recently used dropped first. Default 64. */
  cacheSize?: number;
  /** Fonts for rare characters, in the order in which they are asked; default: HanaMinB where it is installed. */
  fonts?: readonly FontFile[] | undefined;
}

/** Creates a renderer. The fonts are read from disk at the first compilation, once per process. */
export function createFaceRenderer({ cacheSize = 64, fonts }: FaceRendererOptions = {}): FaceRenderer {
  const compiled = new BoundedMemory<string, CompiledFace>(cacheSize);
  return {
    compile(templateJson, seal) {
      // By the texts themselves: to digest a template for each certificate would cost more than to look it up.
      const key = `${JSON.stringify(seal)} ${templateJson}`;
      const face =
        compiled.get(key) ?? compileFace(templateJson, seal, digestOf({ template: templateJson, seal }), fonts);
      compiled.renew(key, face);
      return face;
    },
  };
}

function compileFace(
  templateJson: string,
  seal: SealPicture,
  digest: string,
  files: readonly FontFile[] | undefined,
): CompiledFace {
  const template = parseTemplate(templateJson);
  const fonts = loadFonts(files);
  const face = markedInSandbox(compileTemplate(template, checkSealPicture(seal), fonts), fonts);
  const output = { pdf: "A-2b", ofd: "OFD", ...template.output } as const;
  const first = onFirstUse(() => compileFirst(face, fonts, digest, output));
  const second = onFirstUse(() => compileSecond(face, fonts, digest, output));
  const versionOf = (message: FaceSource): DrawnForms => {
    const drawing = drawingOf(message);
    if (drawing > DRAWING) throw new Error(`drawing ${drawing} is not known here`);
    return drawing === 1 ? first() : second();
  };
  return {
    digest,
    preparePdf: (message, files) => versionOf(message).preparePdf(message, files),
    preparePreview: (message, options) => {
      const seal = options.stamp ? stamped(options.stamp, fonts) : [];
      const mark = watermark(options.watermark, face.page, fonts);
      const marked = [...face.layOut(message, options.files), ...seal, mark];
      return compileSecond({ ...face, layOut: () => marked }, fonts, digest, output).preparePdf(message);
    },
    prepareOfd: (message, options) => versionOf(message).prepareOfd(message, options),
  };
}

/**
 * A face that bears 测试 all over the page where its message is one of a sandbox (6.2.4). The message alone says so, so that core and agent
 * draw the same, and neither can leave it out.
 */
function markedInSandbox(face: LaidOutFace, fonts: FontLibrary): LaidOutFace {
  let mark: Placed | undefined;
  return {
    ...face,
    layOut(message, files) {
      const placed = face.layOut(message, files);
      if (!isSandboxNode(message.metadata.node)) return placed;
      mark ??= watermark(SANDBOX_WATERMARK, face.page, fonts);
      return [...placed, mark];
    },
  };
}

/** Puts off compiling until a face is first drawn in a version. */
function onFirstUse<T>(compile: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= compile();
    return made;
  };
}
