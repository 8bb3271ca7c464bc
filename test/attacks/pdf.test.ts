import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locateSignature, type PdfSignature } from "../../services/trust/pades-locate.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import { appended, edited, rewritten, signedAnew } from "./pdf-surgery.ts";
import { codes, type Issued, openScene, recordOf, type Scene } from "./scene.ts";

let scene: Scene;
let issued: Issued;
let located: PdfSignature;

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
  located = locateSignature(issued.pdf);
});
afterAll(() => scene.close());

async function refused(pdf: Uint8Array, code: string): Promise<VerificationReport> {
  const report = await scene.verify(pdf);
  expect(report.verdict).toBe("invalid");
  expect(codes(report)).toContain(code);
  return report;
}

describe("a signed PDF is refused", () => {
  test("with one octet of the page's stream changed", async () => {
    const at = issued.pdf.indexOf("stream\n") + 60;
    await refused(edited(issued.pdf, at), "CONTENT_ALTERED");
  });

  test("with another page stream put in its place", async () => {
    const other = scene.issue("2026000099", (draft) => ({ ...draft, data: { ...draft.data, name: "别的公司" } }));
    const [, a, b] = located.byteRange;
    const [, otherA, otherB] = locateSignature(other.pdf).byteRange;
    // The other's page under this one's signature.
    const moved = Buffer.concat([other.pdf.subarray(0, otherA), issued.pdf.subarray(a, b), other.pdf.subarray(otherB)]);
    await refused(moved, "CONTENT_ALTERED");
  });

  test("with a font replaced", async () => {
    const font =
      issued.pdf.indexOf("/FontFile2") > 0 ? issued.pdf.indexOf("/Length1") : issued.pdf.indexOf("/FontDescriptor");
    expect(font).toBeGreaterThan(0);
    const stream = issued.pdf.indexOf("stream\n", font) + 7;
    const replaced = Buffer.from(issued.pdf);
    replaced.fill(0x41, stream, stream + 32);
    await refused(replaced, "CONTENT_ALTERED");
  });

  test("with an incremental update behind its signature, and the report names what was appended", async () => {
    const report = await refused(appended(issued.pdf), "CONTENT_ADDED");
    expect(report.altered).toContainEqual(expect.objectContaining({ kind: "page", name: "8 0 obj (Page)" }));
    expect(report.findings[0]?.detail).toContain("is as it was signed");
  });

  test("with the signature of another document", async () => {
    const other = scene.issue("2026000098");
    const [, a, b] = located.byteRange;
    const moved = Buffer.from(issued.pdf);
    const [, otherA, otherB] = locateSignature(other.pdf).byteRange;
    other.pdf.subarray(otherA, otherB).copy(moved, a);
    expect(b - a).toBe(otherB - otherA);
    await refused(moved, "CONTENT_ALTERED");
  });

  test("without a signature, cut short, or with nothing in it", async () => {
    const unsigned = rewritten(issued.pdf, (text) => text.replaceAll("/ByteRange", "/ByteRabge"));
    await refused(unsigned, "SIGNATURE_MISSING");
    for (const length of [5, 100, 4000, issued.pdf.length - 1]) {
      expect((await scene.verify(issued.pdf.subarray(0, length))).verdict).toBe("invalid");
    }
    expect(await scene.verify(Buffer.alloc(0))).toMatchObject({ verdict: "unsupported" });
  });

  test("over 32 MiB, without being looked at", async () => {
    await refused(Buffer.concat([issued.pdf, Buffer.alloc(33 << 20)]), "TOO_LARGE");
  });

  test("with a signature of another kind and octets behind it, which is told as any other", async () => {
    const foreign = rewritten(issued.pdf, (text) => text.replace("/ETSI.CAdES.detached", "/adbe.pkcs7.detached"));
    const appended = Buffer.concat([foreign, Buffer.from("\n%x\n")]);
    const report = await scene.verify(appended);
    expect([report.verdict, codes(report)]).toEqual(["invalid", expect.arrayContaining(["CONTENT_ADDED"])]);
    expect(report.findings[0]?.detail).toContain("is not of the kind ETSI.CAdES.detached");
  });

  test("with games in the byte range or the gap", async () => {
    const [, a, b, c] = located.byteRange;
    const ranges = [`0 ${a} ${b + 2} ${c - 2}`, `0 ${a - 9} ${b} ${c}`, `1 ${a - 1} ${b} ${c}`, `0 ${a} ${b} ${c} 0 0`];
    for (const range of ranges) {
      const changed = rewritten(issued.pdf, (text) =>
        text.replace(/\/ByteRange \[[^\]]*\]/, (found) => `/ByteRange [${range}`.padEnd(found.length - 1).concat("]")),
      );
      await refused(changed, "BYTE_RANGE_INVALID");
    }
  });
});

describe("a PDF that was laid out for a shadow attack is refused although its signature is good", () => {
  const goodSignature = (report: VerificationReport) => expect(report.signature?.signer.organizationCode).toBeDefined();

  test("hide: a layer that can be switched off", async () => {
    const layered = signedAnew(issued.pdf, scene.department, (objects, free) => {
      const layers = `/OCProperties <</OCGs [${free} 0 R] /D <</OFF [${free} 0 R]>>>>`;
      objects.set(1, objects.get(1)?.replace("/Catalog", `/Catalog ${layers}`) ?? "");
      objects.set(free, "<</Type /OCG /Name (layer)>>");
    });
    const report = await refused(layered, "HIDDEN_CONTENT");
    goodSignature(report);
    expect(codes(report)).not.toContain("CONTENT_ALTERED");
  });

  test("hide-and-replace: a second page that nothing refers to yet", async () => {
    const prepared = signedAnew(issued.pdf, scene.department, (objects, free) => {
      objects.set(free, "<</Type /Page /MediaBox [0 0 842 595]>>");
    });
    const report = await refused(prepared, "HIDDEN_CONTENT");
    expect(report.findings[0]?.detail).toMatch(/^nothing refers to object \d+$/);
    goodSignature(report);
  });

  test.each([
    ["replace: a form field whose text readers draw anew", "/NeedAppearances true"],
    ["a script", "/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>>"],
    ["a script under an escaped name", "/Open#41ction <</S /J#61vaScript /J#53 (1)>>"],
    ["an action of its own", "/AA <</WC <</S /Launch /F (x)>>>>"],
  ])("%s", async (_, entry) => {
    const active = signedAnew(issued.pdf, scene.department, (objects) => {
      objects.set(1, objects.get(1)?.replace("/Catalog", `/Catalog ${entry}`) ?? "");
    });
    goodSignature(await refused(active, "HIDDEN_CONTENT"));
  });

  test("what only looks like a name, inside a text, does no harm", async () => {
    const harmless = signedAnew(issued.pdf, scene.department, (objects) => {
      objects.set(1, objects.get(1)?.replace("/Catalog", "/Catalog /Note (/OpenAction \\) /JS) % /AA\n") ?? "");
    });
    expect(await scene.verify(harmless)).toMatchObject({ verdict: "valid" });
  });

  test("in another form than ours it is not called valid", async () => {
    const revised = signedAnew(issued.pdf, scene.department, () => {}, "/Prev 12345");
    const report = await scene.verify(revised);
    expect(report.verdict).toBe("undetermined");
    expect(codes(report)).toContain("FORM_FOREIGN");
    goodSignature(report);
  });
});

describe("face and data message are bound", () => {
  test("a face beside the message of another certificate is refused", async () => {
    const other = scene.issue("2026000097");
    const report = await scene.verify(issued.pdf, { message: other.messageBytes, messageSignature: other.messageCms });
    expect(report.verdict).toBe("invalid");
    expect(codes(report)).toContain("FACE_MISMATCH");
  });

  test("a face beside an unsigned or altered message is refused", async () => {
    const altered = Buffer.from(issued.messageBytes);
    altered[altered.indexOf("岭")] = (altered[altered.indexOf("岭")] ?? 0) ^ 1;
    const report = await scene.verify(issued.pdf, { message: altered, messageSignature: issued.messageCms });
    expect(report.verdict).toBe("invalid");
    const unsigned = await scene.verify(issued.pdf, { message: issued.messageBytes });
    expect(unsigned.verdict).toBe("invalid");
  });

  test("a face that the record does not name is refused, though the department signed it", async () => {
    const again = scene.issue("2026000001", (draft) => ({ ...draft, data: { ...draft.data, remark: "改" } }));
    const report = await scene.verify(again.pdf, { status: recordOf(issued) });
    expect(report.verdict).toBe("invalid");
    expect(codes(report)).toContain("RECORD_DIFFERS");
  });

  test("the digest that binds them is that of the octets that the signature covers", () => {
    const [, a, b] = located.byteRange;
    const covered = createHash("sha256").update(issued.pdf.subarray(0, a)).update(issued.pdf.subarray(b)).digest("hex");
    expect(issued.message.faces).toContainEqual({ format: "pdf", sha256: covered });
  });
});
