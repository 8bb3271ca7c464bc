import { BoundedMemory } from "../../base/bounded-memory.ts";
import type { FaceSource } from "../../document/face-source.ts";
import type { AttachedFiles } from "../../document/layout/compile-template.ts";
import type { PooledFace, PreparedFaces, RenderPool } from "../../document/render-pool.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import { shownAttachments } from "../../document/shown-attachments.ts";
import { canonicalJson, sha256Hex } from "../../domain/canonical.ts";
import { drawingOf, type FaceDigest } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Blobs } from "../../store/port.ts";

/** A template or seal picture: canonical JSON and its digest. */
export interface FaceDocument {
  readonly sha256: string;
  readonly text: string;
}

/** Reads a template or seal picture into the canonical form that core and agent name by digest and draw from. */
export function faceDocument(json: string): FaceDocument {
  const text = canonicalJson(JSON.parse(json));
  return { sha256: sha256Hex(text), text };
}

/** A face in both forms, ready to be signed. */
export type DrawnFace = PreparedFaces;

/** What draws a face: digests of template and seal picture, and whether an electronic seal is stamped on the OFD. */
export interface FaceParts {
  template: string;
  sealPicture: string;
  sealed?: true;
}

/** Draws one face; may work on another thread. */
export type RenderFace = (
  template: FaceDocument,
  picture: FaceDocument,
  message: FaceSource,
  options: { sealed: boolean; files: AttachedFiles },
) => Promise<DrawnFace>;

/** The digests of a face as the data message names them, PDF first. */
export function faceDigests({ pdf, ofd }: DrawnFace): FaceDigest[] {
  return [
    { format: "pdf", sha256: pdf.digest },
    { format: "ofd", sha256: ofd.digest },
  ];
}

/** Draws in the threads of a pool. Compiled faces are kept by the digests of what draws them. */
export function renderWith(pool: RenderPool): RenderFace {
  const compiled = new BoundedMemory<string, Promise<PooledFace>>(DOCUMENTS);
  return async (template, picture, message, { sealed, files }) => {
    const key = `${template.sha256} ${picture.sha256}`;
    let face = compiled.get(key);
    if (!face) {
      face = pool.compile(template.text, JSON.parse(picture.text) as SealPicture);
      face.catch(() => compiled.delete(key));
      compiled.set(key, face);
    }
    return (await face).prepareBoth(message, { sealed, files });
  };
}

/** The faces of certificates, and the templates and seal pictures that draw them. */
export interface Faces {
  /** Stores a template or picture, so that certificates made with it can be drawn at any later time. */
  keep(document: FaceDocument): Promise<void>;
  /** The stored template or picture with this digest. */
  load(sha256: string): Promise<FaceDocument>;
  /**
   * The contents of the attachments that the template shows, by digest, from the store: they are there from making on.
   * Throws `INTERNAL` where one is missing.
   */
  attached(template: string, message: FaceSource): Promise<AttachedFiles>;
  /**
   * Draws a face, or returns it from memory: between making and issuing it is mostly still there. `received` has the
   * attachments that are not in the store yet; without it they are taken from there.
   */
  prepare(parts: FaceParts, message: FaceSource, received?: AttachedFiles): Promise<DrawnFace>;
}

/** Templates and pictures in memory. */
const DOCUMENTS = 256;
/** Drawn faces in memory, some 500 KB each: the files of a package are held as they are and packed. */
const DRAWN = 128;

/** Opens the faces over the blobs of the node. */
export function openFaces(blobs: Blobs, render: RenderFace): Faces {
  const documents = new BoundedMemory<string, FaceDocument>(DOCUMENTS);
  const drawn = new BoundedMemory<string, DrawnFace>(DRAWN);

  async function load(sha256: string): Promise<FaceDocument> {
    const known = documents.get(sha256);
    if (known) return known;
    const bytes = await blobs.get(sha256);
    if (!bytes) throw new Refusal("INTERNAL", `face document ${sha256} is missing in the store`);
    const document = { sha256, text: new TextDecoder().decode(bytes) };
    documents.set(sha256, document);
    return document;
  }

  async function attached(template: string, message: FaceSource): Promise<AttachedFiles> {
    const shown = shownAttachments((await load(template)).text, message);
    const contents = shown.map(async ({ sha256 }): Promise<[string, Uint8Array]> => {
      const content = await blobs.get(sha256);
      if (!content) throw new Refusal("INTERNAL", `attachment ${sha256} is missing in the store`);
      return [sha256, content];
    });
    return new Map(await Promise.all(contents));
  }

  /** No more than the face shows goes to the thread that draws it. */
  async function shownFiles(template: string, message: FaceSource, received?: AttachedFiles): Promise<AttachedFiles> {
    if (received === undefined) return attached(template, message);
    const shown = new Set(shownAttachments((await load(template)).text, message).map(({ sha256 }) => sha256));
    return new Map([...received].filter(([sha256]) => shown.has(sha256)));
  }

  return {
    load,
    attached,

    async keep(document) {
      if (documents.has(document.sha256)) return;
      await blobs.put(new TextEncoder().encode(document.text));
      documents.set(document.sha256, document);
    },

    async prepare({ template, sealPicture: picture, sealed = false }, message, received) {
      const { metadata, data, attachments } = message;
      const drawing = drawingOf(message);
      const key = sha256Hex(canonicalJson({ template, picture, sealed, drawing, metadata, data, attachments }));
      const known = drawn.get(key);
      if (known) return known;
      const files = await shownFiles(template, message, received);
      const prepared = await render(await load(template), await load(picture), message, { sealed, files });
      drawn.set(key, prepared);
      return prepared;
    },
  };
}
