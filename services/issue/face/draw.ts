import type { AttachedFiles } from "../../document/layout/compile-template.ts";
import type { DataMessage } from "../../domain/message.ts";
import { type CertificateDocument, madeOf, preparedAt } from "../record/certificate.ts";
import { type DrawnFace, type Faces, faceDigests } from "./faces.ts";

/** A made certificate and its face, ready to be signed. */
export interface DrawnCertificate {
  document: CertificateDocument;
  prepared: DrawnFace;
}

/**
 * Draws the face of a certificate as it is made at `now`: its message tells that time and the digests of the face. Nothing is stored
 * yet. `received`: attachments that are not in the store yet. Throws `GLYPH_MISSING`, `DATA_INVALID` and `ATTACHMENT_REFUSED` like the
 * renderer.
 */
export async function draw(
  faces: Faces,
  document: CertificateDocument,
  message: DataMessage,
  now: Date,
  received?: AttachedFiles,
): Promise<DrawnCertificate> {
  const timed = preparedAt(message, now);
  const prepared = await faces.prepare(document, timed, received);
  return { document: madeOf(document, timed, faceDigests(prepared), now), prepared };
}
