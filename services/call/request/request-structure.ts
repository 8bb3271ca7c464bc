import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { Refusal } from "../../domain/refusal.ts";
import { MAX_DEPTH, MAX_FIELDS, MAX_TEXT_BYTES } from "./request-limits.ts";

/** Limits of what a request is made of. */
export interface Structure {
  fields: number;
  depth: number;
  textBytes: number;
}

const LIMITS: Structure = { fields: MAX_FIELDS, depth: MAX_DEPTH, textBytes: MAX_TEXT_BYTES };

/**
 * Holds the binary form of a request to what the serving loop can parse without keeping others waiting, before it is parsed:
 * number of fields, depth, and bytes outside of `bytes` fields, which cost nothing to read. Throws `TOO_LARGE` with the limit's
 * name; malformed bytes are left to the parser.
 */
export function checkStructure(schema: DescMessage, bytes: Uint8Array, limits: Structure = LIMITS): void {
  // Short requests break none of them: a field or a level has two bytes at least, and a packed element one.
  if (bytes.length < Math.min(limits.fields, limits.depth * 2, limits.textBytes)) return;
  new StructureReader(bytes, limits).message(() => partsOf(schema), bytes.length, 1);
}

const LOCALIZED = { fields: "字段和列表元素的个数", depth: "嵌套层数", text_bytes: "文件以外的字节数" } as const;

/** The refusal of a request that is made of more than a limit allows. */
export function beyond(name: keyof typeof LOCALIZED, limit: number, what: string): Refusal {
  return new Refusal("TOO_LARGE", `the request has more than ${limit} ${what}: send less, or split it`, {
    metadata: { limit: String(limit), limit_name: name },
    localizedDetail: `${LOCALIZED[name]}超过${limit}，请减少内容或拆分请求`,
  });
}

/** What a field holds, as far as reading it costs something. An entry of a map is a message of key and value. */
type Part = "text" | "bytes" | "packed" | (() => Parts);
type Parts = ReadonlyMap<number, Part>;

class StructureReader {
  private readonly bytes: Uint8Array;
  private readonly limits: Structure;
  private at = 0;
  private fields = 0;
  private skipped = 0;

  constructor(bytes: Uint8Array, limits: Structure) {
    this.bytes = bytes;
    this.limits = limits;
  }

  message(parts: () => Parts, end: number, depth: number): void {
    if (depth > this.limits.depth) throw beyond("depth", this.limits.depth, "messages inside each other");
    const known = parts();
    while (this.at < end) {
      const tag = this.varint();
      this.count(1);
      const wireType = tag & 7;
      if (wireType === 0) this.varint();
      else if (wireType === 1) this.at += 8;
      else if (wireType === 5) this.at += 4;
      else if (wireType === 2) this.delimited(known.get(tag >>> 3), depth);
      else if (wireType > 5) this.at = end;
    }
    this.at = end;
  }

  private delimited(part: Part | undefined, depth: number): void {
    const length = this.varint();
    const end = Math.min(this.at + length, this.bytes.length);
    if (typeof part === "function") this.message(part, end, depth + 1);
    else if (part === "packed") this.count(length);
    // What a contract does not know is kept as it is.
    else if (part !== "text") this.skipped += end - this.at;
    this.at = end;
    const { textBytes } = this.limits;
    if (this.at - this.skipped > textBytes) throw beyond("text_bytes", textBytes, "bytes outside of files");
  }

  private count(more: number): void {
    this.fields += more;
    if (this.fields > this.limits.fields) throw beyond("fields", this.limits.fields, "fields and elements");
  }

  /** The low 32 bits of the next varint. */
  private varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.at++] ?? 0;
      if (shift < 35) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value >>> 0;
  }
}

const PARTS = new WeakMap<DescMessage, Parts>();

function partsOf(schema: DescMessage): Parts {
  let found = PARTS.get(schema);
  if (!found) {
    found = new Map(schema.fields.map((field) => [field.number, partOf(field)]));
    PARTS.set(schema, found);
  }
  return found;
}

function partOf(field: DescField): Part {
  const inner = field.message;
  if (field.fieldKind === "map") {
    const entry = new Map<number, Part>([
      [1, "text"],
      [2, inner ? () => partsOf(inner) : field.scalar === ScalarType.BYTES ? "bytes" : "text"],
    ]);
    return () => entry;
  }
  if (inner) return () => partsOf(inner);
  if (field.scalar === ScalarType.BYTES) return "bytes";
  return field.fieldKind === "list" && field.scalar !== ScalarType.STRING ? "packed" : "text";
}
