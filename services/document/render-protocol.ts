import type { Reason } from "../domain/reason.ts";
import type { FieldViolation } from "../domain/refusal.ts";
import type { FaceSource } from "./face.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { SealPicture } from "./seal-picture.ts";

/** What a render worker is asked. A message is absent where the face is only to be compiled. */
export interface RenderJob {
  id: number;
  templateJson: string;
  seal: SealPicture;
  message?: FaceSource;
}

/** What it answers: the face's digest and, if a message came, the PDF; or why not. */
export type RenderAnswer =
  | { id: number; digest: string; pdf?: PreparedPdf }
  | {
      id: number;
      refusal: { reason: Reason; message: string; fields: FieldViolation[]; metadata: Record<string, string> };
    }
  | { id: number; failure: string };
