import { BoundedMemory } from "../services/base/bounded-memory.ts";
import type { AttachedFiles } from "../services/document/layout/compile-template.ts";
import { MAX_PICTURE_BYTES } from "../services/document/picture/limits.ts";
import type { PooledFace, PreparedFaces, RenderPool } from "../services/document/render-pool.ts";
import type { SealPicture } from "../services/document/seal-picture.ts";
import { shownAttachments } from "../services/document/shown-attachments.ts";
import { sha256Hex } from "../services/domain/canonical.ts";
import type { DataMessage } from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";

/** All that draws the face of one message, whatever the core sends next. */
export interface FaceAssets {
  template: string;
  sealPicture: string;
  /** The attachments that the face shows, by the digests that the message names. */
  files: AttachedFiles;
}

/** Templates and attachments that cores sent, and the faces that they draw. */
export interface FaceCheck {
  /** A job has come, or may come soon: what draws makes itself ready meanwhile. */
  expect(): void;
  /** Takes templates and attachments; they are known by the digest of their own bytes, whatever the sender says. */
  hold(documents: readonly Uint8Array[], attachments?: readonly Uint8Array[]): void;
  /**
   * Puts together what draws the face of a message under a seal whose picture (canonical JSON) the policy gives. Throws `DOCUMENT_MISSING`,
   * whose metadata name the digests (`missing`, with spaces between them), and `INVALID_FIELD` for a template that cannot be read.
   */
  gather(message: DataMessage, templateSha256: string, sealPicture: string): FaceAssets;
  /**
   * Draws both faces of a message again and holds that their digests stand in the message. Throws `FACE_MISMATCH`, or the
   * refusals of drawing. `sealed`: an electronic seal is stamped on the OFD, which brings its own picture.
   */
  draw(message: DataMessage, assets: FaceAssets, sealed: boolean): Promise<PreparedFaces>;
}

/** Bytes that are held; beyond them the documents unused for longest go, and are asked for again. */
const HELD = { documents: 64 << 20, attachments: 16 << 20 };
const COMPILED = 64;

/** Makes a face check that draws in the threads of `pool`. */
export function createFaceCheck(pool: Pick<RenderPool, "compile" | "warm">): FaceCheck {
  const documents = new BoundedMemory<string, string>(HELD.documents);
  const attachments = new BoundedMemory<string, Uint8Array>(HELD.attachments);
  const compiled = new BoundedMemory<string, Promise<PooledFace>>(COMPILED);

  function compile({ template, sealPicture }: FaceAssets): Promise<PooledFace> {
    const key = `${sealPicture} ${template}`;
    const known = compiled.get(key);
    if (known) return known;
    const face = pool.compile(template, JSON.parse(sealPicture) as SealPicture);
    face.catch(() => compiled.delete(key));
    compiled.set(key, face);
    return face;
  }

  return {
    expect: () => pool.warm(),
    hold(receivedDocuments, receivedAttachments = []) {
      for (const bytes of receivedDocuments) {
        documents.renew(sha256Hex(bytes), new TextDecoder().decode(bytes), bytes.length);
      }
      for (const bytes of receivedAttachments) {
        // No face shows a larger one.
        if (bytes.length <= MAX_PICTURE_BYTES) attachments.renew(sha256Hex(bytes), bytes, bytes.length);
      }
    },
    gather(message, templateSha256, sealPicture) {
      const template = documents.use(templateSha256);
      const missing = template === undefined ? [templateSha256] : [];
      const files = new Map<string, Uint8Array>();
      for (const { sha256 } of template === undefined ? [] : shownAttachments(template, message)) {
        const content = attachments.use(sha256);
        if (content === undefined) missing.push(sha256);
        else files.set(sha256, content);
      }
      if (template === undefined || missing.length > 0) throw lacking(missing);
      return { template, sealPicture, files };
    },
    async draw(message, assets, sealed) {
      const face = await compile(assets);
      const prepared = await face.prepareBoth(message, { sealed, files: assets.files }).catch(explain);
      requireNamed(message, "ofd", prepared.ofd.digest);
      requireNamed(message, "pdf", prepared.pdf.digest);
      return prepared;
    },
  };
}

function lacking(missing: readonly string[]): Refusal {
  const text = `documents or attachments of the face are not held: ${missing.join(", ")}`;
  return new Refusal("DOCUMENT_MISSING", text, { metadata: { missing: missing.join(" ") } });
}

/** The core has drawn the face, so that it must have a font that this host lacks. */
function explain(error: unknown): never {
  if (!(error instanceof Refusal) || error.reason !== "GLYPH_MISSING") throw error;
  const text = `${error.message}, on the agent's host: install the fonts that the core has there too`;
  throw new Refusal("GLYPH_MISSING", text, { fields: [...error.fields], metadata: { ...error.metadata } });
}

function requireNamed(message: DataMessage, format: "pdf" | "ofd", drawn: string): void {
  const claimed = message.faces.find((face) => face.format === format)?.sha256;
  if (drawn === claimed) return;
  throw new Refusal("FACE_MISMATCH", `faces: the ${format} drawn from the data is not the one that the message names`, {
    metadata: { drawn, claimed: claimed ?? "", identifier: message.metadata.identifier },
  });
}
