import { canonicalJson } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { type DataMessage, DRAWING, drawingOf, messageForm } from "../../domain/message.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";
import { type DrawnCertificate, draw } from "../face/draw.ts";
import { faceDigests } from "../face/faces.ts";
import { signedQr } from "../face/sign-qr.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";
import type { IssuingTerms } from "../terms/terms.ts";

/**
 * Brings a made certificate up to the day of signing. What is signed must not tell an older day than the one on which it
 * is signed (电子签发时间), must not lie ahead, must show the seal that signs it and a QR text by the node's key of today, and must be drawn
 * as the agent will draw it, in a version that it knows; where one of these changed since it was made, message and face are made anew and stored before anything is
 * signed. Resolves to `undefined` where somebody else wrote meanwhile.
 */
export async function renewed(
  context: IssueContext,
  document: CertificateDocument,
  { seal }: Pick<IssuingTerms, "seal">,
  day: string,
): Promise<DrawnCertificate | undefined> {
  const { faces, runtime } = context;
  const message = messageOf(document);
  const { metadata } = message;
  const qr = signedQr(metadata, runtime.nodeKey);
  const sameDay = shanghaiDay(new Date(instantOf(metadata.preparedAt))) === day;
  // Made while the clock was ahead and nobody could tell: no agent would sign it before that time has come.
  const now = rightTime(runtime);
  const ahead = instantOf(metadata.preparedAt) - now.getTime() > runtime.config.clockToleranceMs;
  const sealed = seal.electronic !== undefined;
  const samePicture = document.sealPicture === seal.picture.sha256 && (document.sealed ?? false) === sealed;
  const sameSeal = metadata.seal === seal.code && samePicture;
  const known = context.signing.drawing(seal.code) ?? DRAWING;
  if (sameDay && !ahead && sameSeal && metadata.qr === qr && drawingOf(message) <= known) {
    const prepared = await faces.prepare(document, message);
    if (canonicalJson(faceDigests(prepared)) === canonicalJson(message.faces)) return { document, prepared };
  }
  await faces.keep(seal.picture);
  const { sealed: _before, ...plain } = document;
  const shown = { sealPicture: seal.picture.sha256, ...(sealed && { sealed: true as const }) };
  const resealed: CertificateDocument = { ...plain, ...shown };
  const { qr: _ofAnotherKey, ...lasting } = metadata;
  const shownOnIt = { ...lasting, seal: seal.code, ...(qr !== undefined && { qr }) };
  const { schema: _schema, drawing: _drawing, ...content } = message;
  const form = messageForm(Math.min(drawingOf(message), known));
  const shownMessage: DataMessage = { ...content, ...form, metadata: shownOnIt };
  const next = await draw(faces, resealed, shownMessage, now);
  const stored = await context.certificates.replace(next.document);
  return stored && { document: stored, prepared: next.prepared };
}
