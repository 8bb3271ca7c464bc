import { describe, expect, test } from "vitest";
import { readPlainPdf } from "./pdf-form.ts";
import { hiddenContent } from "./pdf-hiding.ts";
import { readTokens } from "./pdf-tokens.ts";

describe("the words of a PDF object (ISO 32000-1 §7.2)", () => {
  test("are its names, escapes resolved, and references", () => {
    expect(readTokens("<</Type /Page#73 /Kids [3 0 R 12 0 R]/A(x)/B<41>>>")).toEqual({
      names: ["Type", "Pages", "Kids", "A", "B"],
      references: [3, 12],
    });
  });

  test("are not found inside strings and comments", () => {
    expect(readTokens("(/A (/B) \\) /C) % /D\n/E")?.names).toEqual(["E"]);
    expect(readTokens("<2F41>")?.names).toEqual([]);
  });

  test("end where a string does not", () => {
    expect(readTokens("(never closed")).toBeUndefined();
    expect(readTokens("<41")).toBeUndefined();
  });

  test("are bounded", () => {
    expect(readTokens("/a".repeat(200_000))).toBeUndefined();
    expect(readTokens("1 ".repeat(1 << 20))).toBeUndefined();
  });
});

/** A file of the given objects, numbered from 1. */
function file(bodies: string[], { trailer = "/Root 1 0 R", before = "%PDF-1.7\n", last = "%%EOF\n" } = {}): Buffer {
  let text = before;
  const offsets = bodies.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const table = `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows}`;
  return Buffer.from(`${text}${table}trailer\n<<${trailer}>>\nstartxref\n${text.length}\n${last}`, "latin1");
}

const different = (pdf: Buffer): string => {
  const plain = readPlainPdf(pdf);
  return "different" in plain ? plain.different : "";
};

describe("a PDF in plain form", () => {
  const bodies = ["<</Type /Catalog /Metadata 2 0 R>>", "<</Type /Metadata /Length 3>>\nstream\nxyz\nendstream"];

  test("gives its objects with their streams", () => {
    const plain = readPlainPdf(file(bodies));
    expect("different" in plain).toBe(false);
    if (!("different" in plain)) expect(plain.objects.get(2)?.stream?.toString()).toBe("xyz");
  });

  test.each([
    ["an older revision", file(bodies, { trailer: "/Root 1 0 R /Prev 9" }), "/Prev"],
    ["a hybrid table", file(bodies, { trailer: "/Root 1 0 R /XRefStm 9" }), "/XRefStm"],
    ["encryption", file(bodies, { trailer: "/Root 1 0 R /Encrypt 1 0 R" }), "/Encrypt"],
    ["octets behind the end", file(bodies, { last: "%%EOF\nx" }), "end with startxref"],
    ["octets before the first object", file(bodies, { before: "%PDF-1.7\nhidden\n" }), "before|between"],
    ["a stream longer than it says", file([bodies[0] ?? "", "<</Length 2>>\nstream\nxyz\nendstream"]), "object 2"],
    ["two objects in the place of one", file([bodies[0] ?? "", "<<>>\nendobj\n3 0 obj\n<<>>"]), "object 2"],
    ["an object stream", file([bodies[0] ?? "", "<</Type /ObjStm /Length 1>>\nstream\nx\nendstream"]), "object 2"],
  ])("has no %s", (_, pdf, what) => {
    expect(different(pdf)).toMatch(new RegExp(what));
  });

  test("with many comment marks in its head is judged at once", () => {
    expect(different(file(bodies, { before: `%PDF-1.7\n${"% ".repeat(400)}x\n` }))).toBe("");
    expect(different(file(bodies, { before: `%PDF-1.7 ${"% ".repeat(400)}\n\tx` }))).not.toBe("");
  });

  test("has nothing that nothing refers to", () => {
    const plain = readPlainPdf(file(["<</Type /Catalog>>", "<</Type /Page>>"]));
    expect("different" in plain ? [] : hiddenContent(plain)).toEqual(["nothing refers to object 2"]);
  });
});
