import type { JsonObject } from "./canonical.ts";
import { canonicalBytes, digestOf } from "./canonical.ts";
import { parseCertificateIdentifier } from "./certificate-identifier.ts";

/** A holder of a certificate (持证主体). `codeType` is a code of GB/T 36903 Annex A, for example 111 公民身份号码. */
export interface Holder {
  name: string;
  code: string;
  codeType: string;
}

/** An attachment as the data message names it: by digest, never by content (5.3 d). */
export interface AttachmentDigest {
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** SHA-256, lower-case hex. */
  sha256: string;
}

/** A rendered face. `sha256` covers the bytes that the face's own signature covers (for PDF: the PAdES byte range). */
export interface FaceDigest {
  format: "pdf" | "ofd";
  sha256: string;
}

/** Certificate metadata (5.3 a; GB/T 36903). Optional members are left out when absent, never null. */
export interface MessageMetadata {
  /** 证照标识, GB/T 36904: root.type.issuer.serial.version.check */
  identifier: string;
  /** 证照编号 */
  number: string;
  /** 证照名称 */
  name: string;
  /** 证照类型代码, 21 characters */
  typeCode: string;
  /** 目录编码 and the published version that it was made with */
  itemCode: string;
  itemVersion: number;
  /** Version of the certificate itself: 1, and one more at each replacement (换发). */
  version: number;
  holders: Holder[];
  /** 证照颁发机构: name, unified social credit code, division code */
  issuer: { name: string; code: string; division: string };
  /** 发证日期 and validity, `yyyy-MM-dd`, in the civil calendar of the issuer */
  issueDate: string;
  validFrom?: string;
  validTo?: string;
  /** 电子签发时间, `yyyy-MM-ddTHH:mm:ss+08:00`: when the core prepared what is signed */
  preparedAt: string;
  /** Node that keeps the certificate (division code), app and business serial that asked for it, seal that signs it */
  node: string;
  app: string;
  businessSerial: string;
  seal: string;
  /** Identifier of the certificate that this one replaces. */
  replaces?: string;
  /** Text of the QR code on the faces, signed by the node (see `signed-qr.ts`). Where it is absent, they show the identifier. */
  qr?: string;
}

/**
 * The form of a data message. The second names the version of the program's drawing by which its faces come about, so that core and agent
 * draw alike while one of them is newer than the other; messages of the first form have drawing 1.
 */
export interface MessageForm {
  schema: "ecert.message.v1" | "ecert.message.v2";
  /** In `ecert.message.v2` alone, and always there. */
  drawing?: number;
}

/** The newest version of drawing, which new messages name where the agents of their seal know it too. */
export const DRAWING = 2;

/** What a message that is drawn in this version says of its form. */
export function messageForm(drawing: number): MessageForm {
  return drawing === 1 ? { schema: "ecert.message.v1" } : { schema: "ecert.message.v2", drawing };
}

/** The version in which the faces of a message are drawn. */
export function drawingOf({ schema, drawing = 1 }: MessageForm): number {
  return schema === "ecert.message.v1" ? 1 : drawing;
}

/**
 * The data message (电子证照数据电文, 5.3): metadata, business data, attachments and faces by digest. Its canonical
 * bytes are what the department's signing certificate signs.
 */
export interface DataMessage extends MessageForm {
  metadata: MessageMetadata;
  data: JsonObject;
  attachments: AttachmentDigest[];
  faces: FaceDigest[];
}

/** Canonical bytes of a data message (RFC 8785). */
export function messageBytes(message: DataMessage): Uint8Array {
  return canonicalBytes(message);
}

/** What a department system says of a certificate that it wants made (制证): in its order, and in what it signs of that. */
export interface OrderContent {
  /** Business serial (业务流水号): names the certificate for this app, for ever. */
  businessSerial: string;
  itemCode: string;
  /** Social credit code of the issuing department or unit. */
  issuerCode: string;
  holders: Holder[];
  /** Certificate number, only where the department assigns it itself. */
  number?: string;
  /** Days as `yyyy-MM-dd`. */
  issueDate: string;
  validFrom?: string;
  validTo?: string;
  /** Business data by the item's schema. */
  data: JsonObject;
  /** Version of a replacement, only where versions between the replaced certificate and this one were discarded: else it is the next one. */
  version?: number;
}

/**
 * The version that a certificate has unless its order states another: 1, or the one behind that of the certificate which it replaces.
 * Throws as {@link parseCertificateIdentifier} does where `replaces` is no identifier.
 */
export function nextVersion(replaces: string | undefined): number {
  return replaces === undefined ? 1 : parseCertificateIdentifier(replaces).version + 1;
}

/**
 * What two data messages for one order have in common, whenever they are made: all but the time at which the core prepared it, the seal,
 * the signed text of the QR code and the faces, which show these. Its digest tells whether a second message is the same certificate.
 */
export function messageDigest({ metadata, data, attachments }: Omit<DataMessage, "faces">): string {
  const { preparedAt: _time, seal: _seal, qr: _qr, ...lasting } = metadata;
  // Of both forms alike: the form follows from who draws.
  return digestOf({ schema: "ecert.message.v1", metadata: lasting, data, attachments } as unknown as JsonObject);
}
