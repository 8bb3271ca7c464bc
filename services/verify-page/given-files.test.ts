import { type DescField, getOption } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { field as ruleOption } from "../../proto/gen/buf/validate/validate_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import {
  type GivenFile,
  MAX_DOCUMENT_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_PART_BYTES,
  MAX_SIGNATURE_BYTES,
  readGiven,
  sizeText,
} from "./given-files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const PDF = bytes("%PDF-1.7 …");
const MESSAGE = bytes('{"metadata":{}}');
const SIGNATURE = Uint8Array.of(0x30, 0x82, 1, 2);

function file(name: string, content: Uint8Array, size = content.length): GivenFile {
  return { name, size, arrayBuffer: async () => new Uint8Array(content).buffer };
}

/** What somebody reads, in Chinese. */
const refusal = (files: readonly GivenFile[]) =>
  readGiven(files).then(
    () => "",
    ({ fault }) => fault.text[0] as string,
  );

test("limits of the page are those of the contract", () => {
  const limits = VerifyService.method.verifyDocument.input.fields.map((one: DescField) => {
    const { type } = getOption(one, ruleOption);
    return [one.localName, type.case === "bytes" ? Number(type.value.maxLen) : undefined];
  });
  expect(Object.fromEntries(limits)).toEqual({
    document: MAX_DOCUMENT_BYTES,
    message: MAX_MESSAGE_BYTES,
    messageSignature: MAX_SIGNATURE_BYTES,
  });
  const part = getOption(VerifyService.method.putDocumentPart.input.field.content, ruleOption).type;
  expect(part.case === "bytes" && Number(part.value.maxLen)).toBe(MAX_PART_BYTES);
});

test("what is what is told by the content, in whatever order and by whatever name", async () => {
  const none = new Uint8Array();
  expect(await readGiven([file("a", PDF)])).toEqual({ document: PDF, message: none, messageSignature: none });
  expect(await readGiven([file("b", SIGNATURE), file("a", MESSAGE)])).toEqual({
    document: MESSAGE,
    message: none,
    messageSignature: SIGNATURE,
  });
  expect(await readGiven([file("b", SIGNATURE), file("a", MESSAGE), file("c", PDF)])).toEqual({
    document: PDF,
    message: MESSAGE,
    messageSignature: SIGNATURE,
  });
});

test("what cannot be verified is said with what to do, before anything is sent", async () => {
  expect(await refusal([])).toContain("请先选择文件");
  expect(await refusal([file("a.pdf", new Uint8Array())])).toContain("空文件");
  expect(await refusal([file("a.p7s", SIGNATURE)])).toContain("它所签的数据电文");
  expect(await refusal([file("a.pdf", PDF), file("b.pdf", PDF)])).toContain("一次只能验证一份");
  expect(await refusal([file("a.pdf", PDF, MAX_DOCUMENT_BYTES + 1)])).toContain("有 20.1 MiB，证照文件最大 20 MiB");
  const long = new Uint8Array(MAX_MESSAGE_BYTES + 1).fill(0x7b);
  expect(await refusal([file("a.pdf", PDF), file("b.json", long)])).toContain("数据电文最大 1 MiB");
});

test("a file that the browser cannot read is told to be so, and no network is blamed", async () => {
  const gone = { name: "a.pdf", size: 0, arrayBuffer: () => Promise.reject(new Error("NotReadableError")) };
  const told = await refusal([gone]);
  expect(told).toContain("“a.pdf”不能读取");
  expect(told).not.toMatch(/网络|服务器/);
});

test("sizes are rounded up, so that what is too large never looks as if it were not", () => {
  expect([10, 1 << 10, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES + 1].map(sizeText)).toEqual([
    "10 B",
    "1 KiB",
    "20 MiB",
    "20.1 MiB",
  ]);
});
