import { prepareDrawings } from "./drawing.ts";
import type { FaceSource } from "./face-source.ts";
import type { FontLibrary } from "./font/library.ts";
import type { AttachedFiles, LaidOutFace } from "./layout/compile-template.ts";
import { compileOfd, type OfdOptions } from "./ofd/compile-ofd.ts";
import { compileDirectOfd } from "./ofd/direct-ofd.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import { compilePdf } from "./pdf/compile-pdf.ts";
import { compileDirectPdf } from "./pdf/direct-pdf.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { FaceTemplate } from "./template.ts";

/** A face in one drawing version, in both forms. */
export interface DrawnForms {
  preparePdf(message: FaceSource, files?: AttachedFiles): PreparedPdf;
  prepareOfd(message: FaceSource, options?: OfdOptions): PreparedOfd;
}

type Output = Required<NonNullable<FaceTemplate["output"]>>;

/**
 * The first version, of all messages `ecert.message.v1`. It stays for what an upgrade has under way: agents of before, which draw it alone,
 * and messages that were made and not signed yet. Verifying needs no drawing.
 */
export function compileFirst(face: LaidOutFace, fonts: FontLibrary, digest: string, output: Output): DrawnForms {
  let ofd: DrawnForms["prepareOfd"] | undefined;
  return {
    preparePdf: compilePdf(face, fonts, digest, output.pdf),
    prepareOfd: (message, options) => {
      ofd ??= compileOfd(face, fonts, digest, output.ofd);
      return ofd(message, options);
    },
  };
}

/** The second version: the fixed octets of the template and what varies, written straight. */
export function compileSecond(face: LaidOutFace, fonts: FontLibrary, digest: string, output: Output): DrawnForms {
  const prepare = prepareDrawings(face, fonts, digest);
  const pdf = compileDirectPdf(face, fonts, output.pdf);
  let ofd: ReturnType<typeof compileDirectOfd> | undefined;
  return {
    preparePdf: (message, files) => pdf(prepare(message, files)),
    prepareOfd: (message, { sealed = false, files } = {}) => {
      ofd ??= compileDirectOfd(face, fonts, output.ofd);
      return ofd(prepare(message, files), sealed);
    },
  };
}
