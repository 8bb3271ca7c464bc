import type { FaceSource } from "../document/face.ts";
import type { PreparedOfd } from "../document/ofd/prepared-ofd.ts";
import type { PreparedPdf } from "../document/prepared-pdf.ts";
import type { PooledFace, RenderPool } from "../document/render-pool.ts";
import type { SealPicture } from "../document/seal-picture.ts";
import { canonicalJson, sha256Hex } from "../domain/canonical.ts";
import type { FaceDigest } from "../domain/message.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Blobs } from "../store/port.ts";
import type { FaceDocument } from "./agent-stream.ts";

/** Reads a template or seal picture into the canonical form that core and agent name by digest and draw from. */
export function faceDocument(json: string): FaceDocument {
  const text = canonicalJson(JSON.parse(json));
  return { sha256: sha256Hex(text), text };
}

/** A face in both forms, ready to be signed. */
export interface DrawnFace {
  pdf: PreparedPdf;
  ofd: PreparedOfd;
}

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
  sealed: boolean,
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
  const compiled = new Map<string, Promise<PooledFace>>();
  return async (template, picture, message, sealed) => {
    const key = `${template.sha256} ${picture.sha256}`;
    let face = compiled.get(key);
    if (!face) {
      face = pool.compile(template.text, JSON.parse(picture.text) as SealPicture);
      face.catch(() => compiled.delete(key));
      remember(compiled, key, face, DOCUMENTS);
    }
    const { preparePdf, prepareOfd } = await face;
    const [pdf, ofd] = await Promise.all([preparePdf(message), prepareOfd(message, { sealed })]);
    return { pdf, ofd };
  };
}

/** The faces of certificates, and the templates and seal pictures that draw them. */
export interface Faces {
  /** Stores a template or picture, so that certificates made with it can be drawn at any later time. */
  keep(document: FaceDocument): Promise<void>;
  /** The stored template or picture with this digest. */
  load(sha256: string): Promise<FaceDocument>;
  /** Draws a face, or returns it from memory: between making and issuing it is mostly still there. */
  prepare(parts: FaceParts, message: FaceSource): Promise<DrawnFace>;
}

/** Templates and pictures in memory. */
const DOCUMENTS = 256;
/** Drawn faces in memory, some 500 KB each: the files of a package are held as they are and packed. */
const DRAWN = 128;

/** Opens the faces over the blobs of the node. */
export function openFaces(blobs: Blobs, render: RenderFace): Faces {
  const documents = new Map<string, FaceDocument>();
  const drawn = new Map<string, DrawnFace>();

  async function load(sha256: string): Promise<FaceDocument> {
    const known = documents.get(sha256);
    if (known) return known;
    const bytes = await blobs.get(sha256);
    if (!bytes) throw new Refusal("INTERNAL", `face document ${sha256} is missing in the store`);
    const document = { sha256, text: new TextDecoder().decode(bytes) };
    remember(documents, sha256, document, DOCUMENTS);
    return document;
  }

  return {
    load,

    async keep(document) {
      if (documents.has(document.sha256)) return;
      await blobs.put(new TextEncoder().encode(document.text));
      remember(documents, document.sha256, document, DOCUMENTS);
    },

    async prepare({ template, sealPicture: picture, sealed = false }, message) {
      const { metadata, data, attachments } = message;
      const key = sha256Hex(canonicalJson({ template, picture, sealed, metadata, data, attachments }));
      const known = drawn.get(key);
      if (known) return known;
      const prepared = await render(await load(template), await load(picture), message, sealed);
      remember(drawn, key, prepared, DRAWN);
      return prepared;
    },
  };
}

function remember<V>(memory: Map<string, V>, key: string, value: V, size: number): void {
  memory.set(key, value);
  const oldest = memory.keys().next().value;
  if (memory.size > size && oldest !== undefined) memory.delete(oldest);
}
