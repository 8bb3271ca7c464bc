import { randomBytes, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../../domain/canonical.ts";
import { createHandedDocuments, type HandedDocuments } from "./handed-documents.ts";

const MIB = 1 << 20;
const PART = 256 << 10;
const document = randomBytes(PART + 100);
const announced = { bytes: document.length, sha256: sha256Hex(document) };
const LARGE = { bytes: 20 * MIB, sha256: "0".repeat(64) };
const ADDRESS = "192.0.2.7";

let time: number;
let documents: HandedDocuments;
let id: string;
beforeEach(() => {
  time = Date.parse("2026-11-24T02:00:00Z");
  documents = createHandedDocuments(() => new Date(time));
  id = randomUUID();
});

describe("a document that anybody hands in part by part", () => {
  test("is what was sent, whichever parts came twice, and where it broke off the answer to its begin tells", () => {
    expect(documents.begin(id, announced, ADDRESS).received).toBe(0);
    expect(documents.put(id, 0, document.subarray(0, PART))).toBe(PART);
    expect(documents.put(id, 0, document.subarray(0, PART))).toBe(PART);
    expect(documents.begin(id, announced, "192.0.2.8").received).toBe(PART);
    expect(documents.put(id, PART, document.subarray(PART))).toBe(document.length);
    expect(Buffer.compare(documents.whole(id), document)).toBe(0);
    documents.drop(id);
    documents.drop(id);
    expect(() => documents.whole(id)).toThrow(/no such document/);
    expect(documents.held()).toBe(0);
  });

  test("is refused with field and remedy: a gap, another part in the place of one, more than was announced, and what is not whole", () => {
    documents.begin(id, announced, ADDRESS);
    documents.put(id, 0, document.subarray(0, 10));
    expect(() => documents.put(id, 11, document.subarray(11, 20))).toThrow(/^offset: 10 bytes have come/);
    expect(() => documents.put(id, 0, document.subarray(1, 11))).toThrow(/^offset: 10 bytes have come/);
    expect(() => documents.put(id, 10, document.subarray(9))).toThrow(/^content: ends at/);
    expect(() => documents.whole(id)).toThrow(/^document_id: 10 of/);
    expect(() => documents.begin(id, LARGE, ADDRESS)).toThrow(/^document_id: stands for another document/);
  });

  test("that is not what was announced is empty again", () => {
    documents.begin(id, { ...announced, sha256: "0".repeat(64) }, ADDRESS);
    expect(() => documents.put(id, 0, document)).toThrow(/^content: the document is not what was announced/);
    expect(() => documents.whole(id)).toThrow(/^document_id: 0 of/);
  });

  test("is forgotten after half an hour, and what it held is given back without anybody calling", () => {
    documents.begin(id, LARGE, ADDRESS);
    time += 30 * 60_000 - 1;
    documents.put(id, 0, document);
    time += 1;
    expect(() => documents.put(id, document.length, document)).toThrowError(
      expect.objectContaining({ reason: "UPLOAD_UNKNOWN" }),
    );
    documents.sweep();
    expect(documents.held()).toBe(0);
  });
});

describe("what all documents may hold", () => {
  const begin = (address: string, about = LARGE) => documents.begin(randomUUID(), about, address);
  const overloaded = expect.objectContaining({ reason: "OVERLOADED", retryAfterMs: 60_000 });

  test("four of one address, whatever addresses of its network it has", () => {
    for (let count = 0; count < 4; count++) begin(`2001:db8::${count}`, announced);
    expect(() => begin("2001:db8::ffff", announced)).toThrowError(overloaded);
    begin("2001:db8:0:1::1", announced);
  });

  test("128 MiB announced in all, which half an hour later are free again", () => {
    for (let count = 0; count < 6; count++) begin(`192.0.2.${count}`);
    expect(() => begin("192.0.2.6")).toThrowError(overloaded);
    begin("192.0.2.6", { ...LARGE, bytes: 8 * MIB });
    expect(documents.held()).toBe(128 * MIB);
    time += 30 * 60_000;
    begin("192.0.2.6");
    expect(documents.held()).toBe(20 * MIB);
  });
});
