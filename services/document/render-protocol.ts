import type { FieldViolation } from "../domain/refusal.ts";
import type { PreviewOptions } from "./face.ts";
import type { FaceSource } from "./face-source.ts";
import type { AttachedFiles } from "./layout/compile-template.ts";
import type { OfdOptions } from "./ofd/compile-ofd.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { RoomContent } from "./room/room-content.ts";
import type { SealPicture } from "./seal-picture.ts";

/** A face to draw: from which message, and in which form. */
export type RenderOrder = { message: FaceSource } & (
  | { form: "pdf"; files?: AttachedFiles | undefined }
  | { form: "preview"; options: PreviewOptions }
  | OfdForms
);

/** A package is drawn, alone or beside the PDF. */
interface OfdForms {
  form: "ofd" | "both";
  options?: OfdOptions | undefined;
  /** Whoever asks has the files that all packages of the template begin with: they are left out of the answer. */
  hasShared: boolean;
}

/** As {@link RenderOrder}, where a package is drawn. */
export type OfdOrder = { message: FaceSource } & OfdForms;

/**
 * What a render worker is asked. An order is absent where the face is only to be compiled, and the seal where it is only to be told what
 * the template has no room for.
 */
export type RenderJob = { templateJson: string } & (
  | { seal: SealPicture; order?: RenderOrder; room?: never }
  | { room: RoomContent }
);

/** What it answers: the face's digest and, if an order came, what was drawn; or what has no room. */
export interface RenderAnswer {
  digest: string;
  pdf?: PreparedPdf;
  ofd?: PreparedOfd;
  faults?: FieldViolation[];
}
