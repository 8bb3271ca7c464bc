import type { PreparedOfd } from "../services/document/ofd/prepared-ofd.ts";
import type { PreparedPdf } from "../services/document/prepared-pdf.ts";
import type { PooledFace, RenderPool } from "../services/document/render-pool.ts";
import type { SealPicture } from "../services/document/seal-picture.ts";
import { sha256Hex } from "../services/domain/canonical.ts";
import type { DataMessage } from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";

/** Templates and seal pictures that cores sent, and the faces that they draw. */
export interface FaceCheck {
  /** Takes documents; they are known by the digest of their own bytes, whatever the sender says. */
  hold(documents: readonly Uint8Array[]): void;
  /** Those of the digests whose documents are not held. */
  missing(digests: readonly string[]): string[];
  /**
   * Draws the PDF of a message again and holds that its digest stands in the message. Throws `FACE_MISMATCH`, or the
   * refusals of drawing. Both documents must be held.
   */
  drawPdf(message: DataMessage, templateSha256: string, sealPictureSha256: string): Promise<PreparedPdf>;
  /**
   * Draws the OFD of a message, which its signature file is derived from, and holds that its digest stands in the message.
   * Throws as `drawPdf` does. `sealed`: an electronic seal is stamped on it, which brings its own picture.
   */
  drawOfd(
    message: DataMessage,
    templateSha256: string,
    sealPictureSha256: string,
    sealed: boolean,
  ): Promise<PreparedOfd>;
}

/** Bytes of documents that are held; beyond it the ones unused for longest go, and are asked for again. */
const HELD_BYTES = 64 << 20;
const COMPILED = 64;

/** Makes a face check that draws in the threads of `pool`. */
export function createFaceCheck(pool: Pick<RenderPool, "compile">): FaceCheck {
  const documents = new Map<string, string>();
  const compiled = new Map<string, Promise<PooledFace>>();
  let bytes = 0;

  function use(sha256: string): string {
    const document = documents.get(sha256);
    if (document === undefined) throw new Refusal("DOCUMENT_MISSING", `face document ${sha256} is not held`);
    // A map keeps the order of insertion: taken out and put back, this one is the last to go.
    documents.delete(sha256);
    documents.set(sha256, document);
    return document;
  }

  function compile(templateSha256: string, sealPictureSha256: string): Promise<PooledFace> {
    const key = `${templateSha256} ${sealPictureSha256}`;
    const template = use(templateSha256);
    const picture = use(sealPictureSha256);
    const known = compiled.get(key);
    if (known) return known;
    const face = pool.compile(template, JSON.parse(picture) as SealPicture);
    face.catch(() => compiled.delete(key));
    compiled.set(key, face);
    const [oldest] = compiled.keys();
    if (compiled.size > COMPILED && oldest !== undefined) compiled.delete(oldest);
    return face;
  }

  return {
    hold(received) {
      for (const document of received) {
        const sha256 = sha256Hex(document);
        if (documents.has(sha256)) continue;
        const text = new TextDecoder().decode(document);
        documents.set(sha256, text);
        bytes += text.length;
      }
      for (const [sha256, text] of documents) {
        if (bytes <= HELD_BYTES) return;
        documents.delete(sha256);
        bytes -= text.length;
      }
    },
    missing: (digests) => digests.filter((sha256) => !documents.has(sha256)),
    async drawPdf(message, templateSha256, sealPictureSha256) {
      const face = await compile(templateSha256, sealPictureSha256);
      const prepared = await face.preparePdf(message);
      requireNamed(message, "pdf", prepared.digest);
      return prepared;
    },
    async drawOfd(message, templateSha256, sealPictureSha256, sealed) {
      const face = await compile(templateSha256, sealPictureSha256);
      const prepared = await face.prepareOfd(message, { sealed });
      requireNamed(message, "ofd", prepared.digest);
      return prepared;
    },
  };
}

function requireNamed(message: DataMessage, format: "pdf" | "ofd", drawn: string): void {
  const claimed = message.faces.find((face) => face.format === format)?.sha256;
  if (drawn === claimed) return;
  throw new Refusal("FACE_MISMATCH", `the ${format} drawn from the data is not the one that the message names`, {
    metadata: { drawn, claimed: claimed ?? "", identifier: message.metadata.identifier },
  });
}
