import { canonicalBytes } from "../../domain/canonical.ts";
import type { DataMessage } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";

/** Largest data message that is read, in bytes. */
export const MAX_MESSAGE_BYTES = 1 << 20;

type Shape = { [member: string]: "text" | "text?" | "count" | "object" | Shape | [Shape] };

const METADATA: Shape = {
  identifier: "text",
  number: "text",
  name: "text",
  typeCode: "text",
  itemCode: "text",
  itemVersion: "count",
  version: "count",
  holders: [{ name: "text", code: "text", codeType: "text" }],
  issuer: { name: "text", code: "text", division: "text" },
  issueDate: "text",
  validFrom: "text?",
  validTo: "text?",
  preparedAt: "text",
  node: "text",
  app: "text",
  businessSerial: "text",
  seal: "text",
  replaces: "text?",
};

const MESSAGE: Shape = {
  schema: "text",
  metadata: METADATA,
  data: "object",
  attachments: [{ name: "text", mediaType: "text", size: "count", sha256: "text" }],
};

/** The forms of data messages. What they say of a certificate is the same. */
const SCHEMAS: ReadonlySet<string> = new Set<DataMessage["schema"]>(["ecert.message.v1", "ecert.message.v2"]);

/** A data message, or one that a face embeds: without the digests of the faces, which depend on it. */
export type MessageView = Omit<DataMessage, "faces"> & { faces?: DataMessage["faces"] };

/**
 * Reads a data message that somebody hands in. It must be the canonical form (RFC 8785) of itself, so that no two readers
 * see two messages in it, and have the members that both its forms have; unknown members of later versions are let pass,
 * since whoever signed them knew them. Throws `INVALID_FIELD` or `TOO_LARGE`.
 */
export function readMessageView(bytes: Uint8Array): MessageView {
  if (bytes.length > MAX_MESSAGE_BYTES)
    throw new Refusal("TOO_LARGE", `data message: more than ${MAX_MESSAGE_BYTES} bytes`);
  let value: unknown;
  let canonical: Uint8Array;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    canonical = canonicalBytes(value);
  } catch (error) {
    throw malformed(error instanceof TypeError ? error.message : "not JSON in UTF-8");
  }
  if (Buffer.compare(bytes, canonical) !== 0) throw malformed("not in canonical form (RFC 8785)");
  check(value, MESSAGE, "");
  const view = value as MessageView;
  if (!SCHEMAS.has(view.schema)) throw malformed("of an unknown schema");
  if (view.faces !== undefined) check(view, { faces: [{ format: "text", sha256: "text" }] }, "");
  return view;
}

function check(value: unknown, shape: Shape, path: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(`${path || "it"} is no object`);
  const members = value as Record<string, unknown>;
  for (const [name, wanted] of Object.entries(shape)) {
    const place = path === "" ? name : `${path}.${name}`;
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (Array.isArray(wanted)) {
      if (!Array.isArray(member)) throw malformed(`${place} is no list`);
      for (const [index, one] of member.entries()) check(one, wanted[0], `${place}[${index}]`);
    } else if (typeof wanted === "object") check(member, wanted, place);
    else if (wanted === "object") check(member, {}, place);
    else if (wanted === "count") {
      if (!Number.isSafeInteger(member) || (member as number) < 0) throw malformed(`${place} is no whole number`);
    } else if (typeof member !== "string" && (wanted === "text" || member !== undefined)) {
      throw malformed(`${place} is no text`);
    }
  }
}

function malformed(detail: string): Refusal {
  return new Refusal("INVALID_FIELD", `data message: ${detail}`);
}
