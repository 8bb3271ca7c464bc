import { describe, expect, test } from "vitest";
import {
  ATTACHMENT_MEDIA_TYPES,
  digestAttachments,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  type ReceivedAttachment,
} from "./attachment-rule.ts";
import { sha256Hex } from "./canonical.ts";

const SAMPLES: Record<string, Buffer> = {
  "application/pdf": Buffer.from("%PDF-1.7\n"),
  "image/jpeg": Buffer.from("ffd8ffe000104a464946", "hex"),
  "image/png": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
  "application/ofd": Buffer.from("PK\u0003\u0004....OFD.xml<ofd/>"),
  "text/plain": Buffer.from("第一行\n第二行\r\n"),
};

function attachment(change: Partial<ReceivedAttachment> = {}): ReceivedAttachment {
  return { name: "申请表.pdf", mediaType: "application/pdf", content: SAMPLES["application/pdf"] as Buffer, ...change };
}

function pdfOf(size: number): Buffer {
  return Buffer.concat([Buffer.from("%PDF-"), Buffer.alloc(size - 5)]);
}

/** The fields that are refused, in order. */
async function refusedFields(attachments: ReceivedAttachment[]): Promise<string[]> {
  try {
    await digestAttachments(attachments);
  } catch (error) {
    expect(error).toMatchObject({ reason: "ATTACHMENT_REFUSED" });
    return (error as { fields: { field: string }[] }).fields.map(({ field }) => field);
  }
  return [];
}

describe("attachments (5.3 c)", () => {
  test("each allowed type is accepted and digested, in the order received", async () => {
    const received = ATTACHMENT_MEDIA_TYPES.map((mediaType, index) => {
      const content = SAMPLES[mediaType] as Buffer;
      return { name: `${index}`, mediaType, content, sha256: sha256Hex(content) };
    });
    expect(await digestAttachments(received)).toEqual(
      received.map(({ content, ...rest }) => ({ ...rest, size: content.length })),
    );
    expect(await digestAttachments([])).toEqual([]);
  });

  test("a view into a larger buffer is judged by its own bytes", async () => {
    const whole = Buffer.concat([Buffer.from("xxxx"), SAMPLES["image/png"] as Buffer]);
    const view = new Uint8Array(whole.buffer, whole.byteOffset + 4, whole.length - 4);
    expect(await refusedFields([attachment({ mediaType: "image/png", content: view })])).toEqual([]);
  });

  test("content of one type is refused under the name of any other", async () => {
    for (const actual of ATTACHMENT_MEDIA_TYPES) {
      for (const mediaType of ATTACHMENT_MEDIA_TYPES) {
        // A short PDF or OFD head is also plain text but for OFD's control bytes; text is the one type without a mark.
        if (mediaType === actual || (mediaType === "text/plain" && actual === "application/pdf")) continue;
        const content = SAMPLES[actual] as Buffer;
        expect(await refusedFields([attachment({ mediaType, content })])).toEqual(["attachments[0].content"]);
      }
    }
  });

  test.each<[string, Partial<ReceivedAttachment>, string]>([
    ["a forbidden type", { mediaType: "application/zip" }, "media_type"],
    ["a name of the object prototype as type", { mediaType: "constructor" }, "media_type"],
    ["a type with a parameter", { mediaType: "text/plain; charset=utf-8" }, "media_type"],
    [
      "a ZIP that is no OFD",
      { mediaType: "application/ofd", content: Buffer.from("PK\u0003\u0004word.xml") },
      "content",
    ],
    ["text in GBK", { mediaType: "text/plain", content: Buffer.from([0xd6, 0xd0]) }, "content"],
    ["text with a control", { mediaType: "text/plain", content: Buffer.from("a\u0000b") }, "content"],
    ["no bytes", { content: new Uint8Array() }, "content"],
    ["one byte too many", { content: pdfOf(MAX_ATTACHMENT_BYTES + 1) }, "content"],
    ["a wrong digest", { sha256: "0".repeat(64) }, "sha256"],
    ["a digest in capitals", { sha256: sha256Hex("%PDF-1.7\n").toUpperCase() }, "sha256"],
    ["an empty name", { name: "" }, "name"],
    ["a path as name", { name: "../x.pdf" }, "name"],
    ["a Windows path as name", { name: "c:\\x.pdf" }, "name"],
    ["a hidden file", { name: ".pdf" }, "name"],
    ["a name that hides its ending", { name: "abc\u202efdp.exe" }, "name"],
    ["a name too long", { name: "a".repeat(129) }, "name"],
  ])("%s is refused", async (_what, change, field) => {
    expect(await refusedFields([attachment(), attachment({ name: "2.pdf", ...change })])).toEqual([
      `attachments[1].${field}`,
    ]);
  });

  test("an attachment of exactly the largest size and the largest count are accepted", async () => {
    expect(await refusedFields([attachment({ content: pdfOf(MAX_ATTACHMENT_BYTES) })])).toEqual([]);
    const many = (count: number) => Array.from({ length: count }, (_, index) => attachment({ name: `${index}.pdf` }));
    expect(await refusedFields(many(MAX_ATTACHMENTS))).toEqual([]);
    expect(await refusedFields(many(MAX_ATTACHMENTS + 1))).toEqual(["attachments"]);
  });

  test("attachments that are too large together are refused", async () => {
    const content = pdfOf(MAX_ATTACHMENT_BYTES);
    const five = Array.from({ length: 5 }, (_, index) => attachment({ name: `${index}.pdf`, content }));
    expect(await refusedFields(five)).toEqual(["attachments"]);
    expect(await refusedFields(five.slice(1))).toEqual([]);
  });

  test("the same name twice is refused at its second use", async () => {
    expect(await refusedFields([attachment(), attachment()])).toEqual(["attachments[1].name"]);
  });

  test("all violations come at once", async () => {
    const bad = attachment({ name: "", mediaType: "x/y", sha256: "0".repeat(64) });
    expect(await refusedFields([bad])).toEqual([
      "attachments[0].name",
      "attachments[0].media_type",
      "attachments[0].sha256",
    ]);
  });
});
