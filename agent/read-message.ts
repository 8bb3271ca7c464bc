import { canonicalBytes, type JsonObject } from "../services/domain/canonical.ts";
import {
  type AttachmentDigest,
  type DataMessage,
  DRAWING,
  type FaceDigest,
  type Holder,
  type MessageMetadata,
} from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { list, number, object, optional, type Place, type Reader, text, word } from "./config/strict.ts";

/** Largest data message that is signed, in bytes. Attachments are in it by digest only. */
export const MESSAGE_LIMIT = 1 << 20;

const short = text(/^[^\p{Cc}]{1,400}$/u, "1–400 characters without control characters");
const date = text(/^\d{4}-\d\d-\d\d$/, "a date, yyyy-MM-dd");
const sha256 = text(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex");

const holder: Reader<Holder> = object({ name: short, code: short, codeType: short });
const attachment: Reader<AttachmentDigest> = object({
  name: short,
  mediaType: short,
  size: number(0, Number.MAX_SAFE_INTEGER),
  sha256,
});
const face: Reader<FaceDigest> = object({ format: word("pdf", "ofd"), sha256 });

const metadata: Reader<MessageMetadata> = object({
  identifier: short,
  number: short,
  name: short,
  typeCode: short,
  itemCode: short,
  itemVersion: number(1, 1_000_000),
  version: number(1, 1_000_000),
  holders: list(holder, 1),
  issuer: object({ name: short, code: short, division: short }),
  issueDate: date,
  validFrom: optional(date),
  validTo: optional(date),
  preparedAt: text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/, "a time, yyyy-MM-ddTHH:mm:ss+08:00"),
  node: short,
  app: short,
  businessSerial: short,
  seal: short,
  replaces: optional(short),
  qr: optional(text(/^[^\p{Cc}]{1,1024}$/u, "1–1024 characters without control characters")),
}) as Reader<MessageMetadata>;

const data: Reader<JsonObject> = (value, place) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) object({})(value, place);
  return value as JsonObject;
};

/** The data message as it may be written, and no other way. */
export const dataMessage: Reader<DataMessage> = object({
  schema: word("ecert.message.v1", "ecert.message.v2"),
  drawing: optional(number(2, DRAWING)),
  metadata,
  data,
  attachments: list(attachment),
  faces: list(face, 1),
}) as Reader<DataMessage>;

/**
 * Reads the data message of a job. The bytes must be exactly the canonical form (RFC 8785) of what they say, so that two
 * readers can never see two different messages in them, and hold no member that this program does not know: nothing is
 * signed unread. Throws `TOO_LARGE` or `INVALID_FIELD` with every fault.
 */
export function readMessage(bytes: Uint8Array): DataMessage {
  if (bytes.length > MESSAGE_LIMIT) {
    throw new Refusal("TOO_LARGE", `the data message has ${bytes.length} bytes; ${MESSAGE_LIMIT} are allowed`);
  }
  const value = parse(bytes);
  const place: Place = { path: "", directory: "", faults: [] };
  const read = dataMessage(value, place);
  if (place.faults.length > 0) {
    const lines = place.faults.map(({ field, description }) => `${field || "the message"} ${description}`);
    throw new Refusal("INVALID_FIELD", `data message: ${lines.join("; ")}`, { fields: place.faults });
  }
  if ((read.schema === "ecert.message.v2") !== (read.drawing !== undefined)) {
    throw new Refusal("INVALID_FIELD", "data message: schema ecert.message.v2 names a drawing, and no other does");
  }
  return read;
}

function parse(bytes: Uint8Array): unknown {
  let value: unknown;
  let canonical: Uint8Array;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    canonical = canonicalBytes(value);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "data message: not JSON in UTF-8", { cause });
  }
  if (Buffer.compare(bytes, canonical) !== 0) {
    throw new Refusal("INVALID_FIELD", "data message: not in canonical form (RFC 8785)");
  }
  return value;
}
