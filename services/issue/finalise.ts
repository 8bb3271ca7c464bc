import type { AttachedFiles } from "../document/layout/compile-template.ts";
import { canonicalJson } from "../domain/canonical.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import type { DataMessage } from "../domain/message.ts";
import { type CertificateDocument, madeOf, messageOf, preparedAt } from "./certificate.ts";
import type { IssueContext } from "./context.ts";
import { type DrawnFace, faceDigests } from "./faces.ts";
import { signedQr } from "./intent.ts";
import type { IssuingTerms } from "./terms.ts";

/** A made certificate that may be signed as it stands, and its face. */
export interface Finalised {
  document: CertificateDocument;
  prepared: DrawnFace;
}

/**
 * Brings a made certificate up to the day of signing. What is signed must not tell an older day than the one on which it
 * is signed (电子签发时间), must show the seal that signs it and a QR text by the node's key of today, and must be drawn as the agent will draw it; where one of
 * these changed since it was made, message and face are finished anew and stored before anything is signed. Resolves to
 * `undefined` where somebody else wrote meanwhile.
 */
export async function finalised(
  context: IssueContext,
  document: CertificateDocument,
  { seal }: Pick<IssuingTerms, "seal">,
  day: string,
): Promise<Finalised | undefined> {
  const { faces, runtime } = context;
  const message = messageOf(document);
  const { metadata } = message;
  const qr = signedQr(metadata, runtime);
  const sameDay = shanghaiDay(new Date(metadata.preparedAt)) === day;
  const sealed = seal.electronic !== undefined;
  const samePicture = document.sealPicture === seal.picture.sha256 && (document.sealed ?? false) === sealed;
  const sameSeal = metadata.seal === seal.code && samePicture;
  if (sameDay && sameSeal && metadata.qr === qr) {
    const prepared = await faces.prepare(document, message);
    if (canonicalJson(faceDigests(prepared)) === canonicalJson(message.faces)) return { document, prepared };
  }
  await faces.keep(seal.picture);
  const { sealed: _before, ...plain } = document;
  const shown = { sealPicture: seal.picture.sha256, ...(sealed && { sealed: true as const }) };
  const resealed: CertificateDocument = { ...plain, ...shown };
  const { qr: _ofAnotherKey, ...lasting } = metadata;
  const shownOnIt = { ...lasting, seal: seal.code, ...(qr !== undefined && { qr }) };
  const renewed: DataMessage = { ...message, metadata: shownOnIt };
  const next = await drawn(context, resealed, renewed, runtime.now());
  const stored = await context.certificates.replace(next.document);
  return stored && { document: stored, prepared: next.prepared };
}

/**
 * Finishes message and face at `now`; nothing is stored yet. `received`: attachments that are not in the store yet. Throws
 * `GLYPH_MISSING`, `DATA_INVALID` and `ATTACHMENT_REFUSED` like the renderer.
 */
export async function drawn(
  { faces }: IssueContext,
  document: CertificateDocument,
  message: DataMessage,
  now: Date,
  received?: AttachedFiles,
): Promise<Finalised> {
  const finished = preparedAt(message, now);
  const prepared = await faces.prepare(document, finished, received);
  return { document: madeOf(document, finished, faceDigests(prepared), now), prepared };
}
