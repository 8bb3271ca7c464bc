import type { FaceSource, PreviewOptions } from "./face.ts";
import type { AttachedFiles } from "./layout/compile-template.ts";
import type { OfdOptions } from "./ofd/compile-ofd.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { SealPicture } from "./seal-picture.ts";

/** A face to draw: from which message, and in which form. */
export type RenderOrder = { message: FaceSource } & (
  | { form: "pdf"; files?: AttachedFiles | undefined }
  | { form: "preview"; options: PreviewOptions }
  | { form: "ofd"; options?: OfdOptions | undefined }
);

/** What a render worker is asked. An order is absent where the face is only to be compiled. */
export interface RenderJob {
  templateJson: string;
  seal: SealPicture;
  order?: RenderOrder;
}

/** What it answers: the face's digest and, if an order came, what was drawn. */
export interface RenderAnswer {
  digest: string;
  pdf?: PreparedPdf;
  ofd?: PreparedOfd;
}
