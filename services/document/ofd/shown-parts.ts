import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { readSeal } from "../../trust/seal/read-seal.ts";
import { readMessageView } from "../../trust/verification/message-view.ts";
import { checkSealImage } from "../seal-image-check.ts";
import type { Stamp } from "../shape/stamp.ts";
import { PATH } from "./package-files.ts";
import { readSignature } from "./read-signature.ts";
import { sealPaths } from "./seal-paths.ts";
import { elementsOf, onlyChild, readXml, type XmlElement } from "./xml-read.ts";
import { openZip } from "./zip-read.ts";

/** What a package of ours shows beside the words of its data message. */
export interface ShownParts {
  /** Pictures by the SHA-256 (hex) that the data message gives for the attachment: as the face shows them, without what does not show. */
  pictures: ReadonlyMap<string, Uint8Array>;
  /** The electronic seal that is stamped on it, where there is one whose picture can be drawn. */
  stamp?: Stamp;
}

/**
 * Reads the pictures and the electronic seal of a package of this platform that was verified: worth nothing before. The one signature
 * covers every file, and so the data message that names an attachment, the index (GB/T 36905) that says which object shows it, and the
 * picture there: a picture that the index does not give to an attachment of the message is not read. What cannot be read is left out.
 */
export function shownParts(bytes: Uint8Array): ShownParts {
  const { files } = openZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const stamp = orNothing(() => stampOf(files));
  return { pictures: orNothing(() => picturesOf(files)) ?? new Map(), ...(stamp && { stamp }) };
}

/** What other forms than ours have is no fault of a document that verified: it is only not shown. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

type Files = ReadonlyMap<string, Buffer>;

function picturesOf(files: Files): Map<string, Uint8Array> {
  const { attachments } = readMessageView(fileOf(files, PATH.message));
  const pictures = new Map<string, Uint8Array>();
  if (attachments.length === 0) return pictures;
  const resources = byId(files, PATH.documentRes, "MultiMedia");
  const objects = byId(files, PATH.page, "ImageObject");
  const index = fileOf(files, PATH.tags).toString();
  for (const [at, { sha256 }] of attachments.entries()) {
    const object = objects.get(objectOf(index, `attachments[${at}]`) ?? "");
    const resource = resources.get(object?.attributes.get("ResourceID") ?? "");
    if (resource === undefined) continue;
    const content = files.get(`${PATH.resources}${onlyChild(resource, "MediaFile").text.trim()}`);
    if (content !== undefined) pictures.set(sha256, Uint8Array.from(content));
  }
  return pictures;
}

/** The first object that shows a data item, by the index as our writer spells it. */
function objectOf(index: string, item: string): string | undefined {
  const from = index.indexOf(`<ec:Item Path="${item}">`);
  const [, object] = /<ofd:ObjectRef PageRef="\d+">(\d+)</.exec(from < 0 ? "" : index.slice(from)) ?? [];
  return object;
}

function byId(files: Files, path: string, name: string): Map<string, XmlElement> {
  const found = elementsOf(readXml(fileOf(files, path), path), name);
  return new Map(found.map((element) => [element.attributes.get("ID") ?? "", element]));
}

function stampOf(files: Files): Stamp | undefined {
  const { type, signaturePath, sealPath = "" } = readSignature(files);
  if (type !== "Seal") return undefined;
  const info = onlyChild(readXml(fileOf(files, signaturePath), signaturePath), "SignedInfo");
  const place = (onlyChild(info, "StampAnnot").attributes.get("Boundary") ?? "").split(" ").map(Number);
  const [x, y, width, height] = place;
  if (x === undefined || y === undefined || !width || !height || !place.every(Number.isFinite)) return undefined;
  const { picture } = readSeal(fileOf(files, sealPath));
  // One that cannot be drawn is not shown: the rest of the face is.
  checkSealImage(picture, "seal");
  const box: Stamp["box"] = [x, y, width, height];
  if (picture.type === "ofd") return { box, seal: sealPaths(Buffer.from(picture.data)) };
  if (picture.type === "png") return { box, image: picture.data, format: "png" };
  if (picture.type === "jpg" || picture.type === "jpeg") return { box, image: picture.data, format: "jpeg" };
  return undefined;
}

function fileOf(files: Files, path: string): Buffer {
  const content = files.get(path);
  if (content === undefined) throw new Refusal("INVALID_FIELD", `OFD package: ${path} is missing`);
  return content;
}

/** The message with the digests of its pictures as the package shows them, so that they can be drawn by it. */
export function withShown<M extends { attachments: readonly { sha256: string }[] }>(
  message: M,
  pictures: ShownParts["pictures"],
): { message: M; files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const attachments = message.attachments.map((attachment) => {
    const shown = pictures.get(attachment.sha256);
    if (shown === undefined) return attachment;
    const sha256 = sha256Hex(shown);
    files.set(sha256, shown);
    return { ...attachment, sha256 };
  });
  return { message: { ...message, attachments }, files };
}
