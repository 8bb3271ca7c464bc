import { webcrypto } from "node:crypto";
import { sha256Hex } from "./canonical.ts";
import type { AttachmentDigest } from "./message.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";
import { nameFault } from "./text-rule.ts";

/** Most attachments of one certificate. */
export const MAX_ATTACHMENTS = 20;
/** Largest attachment, in bytes. */
export const MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024;
/** Largest sum of all attachments of one certificate, in bytes. */
export const MAX_ATTACHMENTS_BYTES = 20 * 1024 * 1024;
/** Longest attachment that is hashed at once. */
const HASHED_AT_ONCE = 64 * 1024;
/** Longest name of an attachment, in characters. */
export const MAX_ATTACHMENT_NAME = 128;

/** Media types that an attachment may have, each with the test that its first bytes or its content must pass. */
const CONTENT_TESTS: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  "application/pdf": (bytes) => bytes.subarray(0, 5).equals(Buffer.from("%PDF-")),
  "image/jpeg": (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  "image/png": (bytes) => bytes.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex")),
  // GB/T 33190: a ZIP package whose only fixed name is OFD.xml.
  "application/ofd": (bytes) => bytes.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004")) && bytes.includes("OFD.xml"),
  "text/plain": isPlainText,
};

/** Media types that an attachment may have. */
export const ATTACHMENT_MEDIA_TYPES: readonly string[] = Object.keys(CONTENT_TESTS);

/** An attachment as it arrives. */
export interface ReceivedAttachment {
  name: string;
  mediaType: string;
  content: Uint8Array;
  /** SHA-256 (lower-case hex) by the sender; left out where the sender states none. */
  sha256?: string;
}

/**
 * Holds attachments to the limits above, to their stated type and to their stated digest, and gives what the data message
 * says about them (5.3 c, d), in the order received. Rejects with one `ATTACHMENT_REFUSED` with every violation under `path`. Long
 * ones are hashed outside of the loop that serves, and looked at one at a time.
 */
export async function digestAttachments(
  attachments: readonly ReceivedAttachment[],
  path = "attachments",
): Promise<AttachmentDigest[]> {
  const total = attachments.reduce((sum, { content }) => sum + content.length, 0);
  // Count and total come first, so that nobody makes us hash what is refused anyway.
  refuseAny([
    ...(attachments.length > MAX_ATTACHMENTS
      ? [
          violation(
            path,
            `${attachments.length} attachments, at most ${MAX_ATTACHMENTS}`,
            "send fewer",
            `有${attachments.length}个附件，最多${MAX_ATTACHMENTS}个，请减少`,
          ),
        ]
      : []),
    ...(total > MAX_ATTACHMENTS_BYTES
      ? [
          violation(
            path,
            `${total} bytes together, at most ${MAX_ATTACHMENTS_BYTES}`,
            "send smaller files",
            `附件合计${total}字节，最多${MAX_ATTACHMENTS_BYTES}字节，请换用较小的文件`,
          ),
        ]
      : []),
  ]);
  const names = new Set<string>();
  const digests: AttachmentDigest[] = [];
  const violations: FieldViolation[] = [];
  for (const [index, attachment] of attachments.entries()) {
    const field = `${path}[${index}]`;
    const { name, mediaType, content } = attachment;
    const digest = await digestOf(content);
    digests.push({ name, mediaType, size: content.length, sha256: digest });
    violations.push(...violationsOf(attachment, digest, field));
    if (names.has(name))
      violations.push(
        violation(`${field}.name`, "the name is used twice", "give each its own", "附件重名，请为每个附件取不同的名称"),
      );
    names.add(name);
  }
  refuseAny(violations);
  return digests;
}

async function digestOf(content: Uint8Array): Promise<string> {
  if (content.length <= HASHED_AT_ONCE) return sha256Hex(content);
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>)).toString("hex");
}

function violationsOf(attachment: ReceivedAttachment, digest: string, field: string): FieldViolation[] {
  const { name, mediaType, content, sha256 } = attachment;
  const violations: FieldViolation[] = [];
  const text = nameFault(name, MAX_ATTACHMENT_NAME);
  const fault = fileNameFault(name);
  if (text !== undefined) violations.push({ field: `${field}.name`, ...text });
  else if (fault !== undefined)
    violations.push(
      violation(`${field}.name`, fault, "send a plain file name", '应为普通文件名：不以点开头，不含/\\:*?"<>|，请更名'),
    );
  if (content.length === 0)
    violations.push(violation(`${field}.content`, "the attachment is empty", "send its bytes", "附件为空，请提供内容"));
  if (content.length > MAX_ATTACHMENT_BYTES) {
    const description = `${content.length} bytes, at most ${MAX_ATTACHMENT_BYTES}`;
    violations.push(
      violation(
        `${field}.content`,
        description,
        "send a smaller file",
        `附件为${content.length}字节，最多${MAX_ATTACHMENT_BYTES}字节，请换用较小的文件`,
      ),
    );
  }
  if (!Object.hasOwn(CONTENT_TESTS, mediaType)) {
    const remedy = `use one of ${ATTACHMENT_MEDIA_TYPES.join(", ")}`;
    violations.push(
      violation(
        `${field}.media_type`,
        "the media type is not allowed",
        remedy,
        `不支持该类型，应为${ATTACHMENT_MEDIA_TYPES.join("、")}之一`,
      ),
    );
  } else if (content.length > 0 && CONTENT_TESTS[mediaType]?.(asBuffer(content)) !== true) {
    violations.push(
      violation(
        `${field}.content`,
        `the content is no ${mediaType}`,
        "correct media type or content",
        `内容不是${mediaType}，请更正类型或内容`,
      ),
    );
  }
  if (sha256 !== undefined && sha256 !== digest) {
    violations.push(
      violation(
        `${field}.sha256`,
        "the digest is not that of the content",
        "send the file again",
        "摘要与内容不符，请重新提交该文件",
      ),
    );
  }
  return violations;
}

function fileNameFault(name: string): string | undefined {
  if (/[/\\:*?"<>|]/.test(name)) return "the name holds a character that files may not have";
  return name.startsWith(".") ? "the name begins with a dot" : undefined;
}

function isPlainText(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return !/[^\P{Cc}\t\n\r]/u.test(text);
  } catch {
    return false;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function violation(field: string, description: string, remedy: string, localized: string): FieldViolation {
  return { field, description, remedy, localized };
}

function refuseAny(fields: FieldViolation[]): void {
  if (fields.length === 0) return;
  throw new Refusal("ATTACHMENT_REFUSED", `${fields.length} violation(s) in the attachments`, { fields });
}
