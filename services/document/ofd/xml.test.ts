import { describe, expect, test } from "vitest";
import { element, escapeXml, OFD_NAMESPACE, textElement, xmlFile } from "./xml.ts";
import { onlyChild, readXml } from "./xml-read.ts";

const read = (text: string) => readXml(Buffer.from(text), "OFD.xml");
const within = (content: string): string => `<ofd:OFD xmlns:ofd="${OFD_NAMESPACE}">${content}</ofd:OFD>`;

test("texts of every kind come back as they were written", () => {
  const text = `<&>"' \t\n\r 𠮷 ]]> ${"&amp;"}`;
  const root = readXml(xmlFile("OFD", { Version: "1.0" }, textElement("Title", text, { Name: text })), "OFD.xml");
  expect(onlyChild(root, "Title").text).toBe(text);
  expect(onlyChild(root, "Title").attributes.get("Name")).toBe(text);
});

test.each(["\u0000", "\u0007", "\ud800", "\uffff"])(
  "%j, which no XML can hold, is refused by its code point",
  (char) => {
    expect(() => escapeXml(`a${char}b`)).toThrow(expect.objectContaining({ reason: "DATA_INVALID" }));
  },
);

test("absent attributes are left out", () => {
  expect(element("Font", { ID: 3, Bold: undefined })).toBe('<ofd:Font ID="3"/>');
});

describe("a file is refused for", () => {
  test.each([
    ["a DTD with entities", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${within("&b;")}`],
    ["an entity that it does not define", within("&lol;")],
    ["a bare ampersand", within("a & b")],
    ["a reference to no character", within("&#0;")],
    ["a processing instruction", within('<?xml-stylesheet href="x"?>')],
    ["a comment", within("<!-- hidden -->")],
    ["CDATA", within("<![CDATA[x]]>")],
    ["another prefix", within("<x:Title/>")],
    ["another namespace", '<ofd:OFD xmlns:ofd="urn:other"/>'],
    ["a prefix that is declared anew", within('<ofd:Title xmlns:ofd="urn:other"/>')],
    ["an attribute that is there twice", within('<ofd:Title a="1" a="2"/>')],
    ["elements that close each other", within("<ofd:A><ofd:B></ofd:A></ofd:B>")],
    ["an end that is missing", within("<ofd:A>")],
    ["a cut in a tag", within("").slice(0, -3)],
    ["two roots", within("") + within("")],
    ["text behind the root", `${within("")}x`],
    ["elements too deep", within("<ofd:A>".repeat(40) + "</ofd:A>".repeat(40))],
    ["nothing in it", ""],
  ])("%s", (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ name: "Refusal", reason: "INVALID_FIELD" }));
  });

  test("octets that are not UTF-8", () => {
    expect(() => readXml(Buffer.from([0x3c, 0xff, 0xfe]), "OFD.xml")).toThrow("not UTF-8");
  });

  test("too many elements or octets, before they fill the memory", () => {
    expect(() => read(within("<ofd:A/>".repeat(100_001)))).toThrow("too many elements");
    expect(() => readXml(Buffer.alloc(9 << 20, 0x20), "OFD.xml")).toThrow(
      expect.objectContaining({ reason: "TOO_LARGE" }),
    );
  });
});
