import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StatusSource } from "../../services/statement/status-source.ts";
import { edited, rewritten } from "./pdf-surgery.ts";
import { codes, type Issued, openScene, recordOf, type Scene } from "./scene.ts";

let scene: Scene;
let issued: Issued;
let other: Issued;

describe.each(["P-256", "SM2"] as const)("with %s,", (kind) => {
  beforeAll(async () => {
    scene = await openScene(kind);
    issued = scene.issue("2026000001");
    other = scene.issue("2026000002");
  });
  afterAll(() => scene.close());

  /** An archive that keeps signed PDFs; `asked` tells what it was asked. */
  function archive(pdf: Uint8Array = issued.pdf) {
    const asked: { identifier: string; original: boolean }[] = [];
    const status: StatusSource = {
      statusOf: async (identifier, about) => {
        asked.push({ identifier, original: about.original ?? false });
        return recordOf(issued, about.original ? { pdf } : {}).statusOf(identifier, about);
      },
    };
    return { status, asked };
  }

  /** Offset in the stream behind the object that holds `part`. */
  function inStreamOf(part: string): { at: number; number: number } {
    const text = issued.pdf.toString("latin1");
    const dictionary = text.indexOf(part);
    const number = Number([...text.slice(0, dictionary).matchAll(/(\d+) 0 obj\n/g)].at(-1)?.[1]);
    return { at: text.indexOf("stream\n", dictionary) + 40, number };
  }

  describe("what was altered in a PDF is named, where the archive has the original", () => {
    test("the page and the object, by one bit of its content", async () => {
      const contents = Number(/\/Contents (\d+) 0 R/.exec(issued.pdf.toString("latin1"))?.[1]);
      const at = issued.pdf.indexOf("stream\n", issued.pdf.indexOf(`\n${contents} 0 obj`)) + 60;
      const report = await scene.verify(edited(issued.pdf, at), archive());
      expect(report.verdict).toBe("invalid");
      expect(codes(report)).toContain("CONTENT_ALTERED");
      expect(report.altered).toMatchObject([
        { kind: "page", name: "1", change: "altered" },
        { kind: "object", name: `${contents} 0 obj`, change: "altered" },
      ]);
    });

    test("a text that no page shows, as an object alone", async () => {
      const { at, number } = inStreamOf("/Subtype /XML");
      const report = await scene.verify(edited(issued.pdf, at), archive());
      expect(report.altered).toMatchObject([{ kind: "object", name: `${number} 0 obj (Metadata)`, change: "altered" }]);
    });

    test("nothing, where the copy is no plain face any more", async () => {
      const damaged = rewritten(issued.pdf, (text) => text.replace("\nendobj\n", "\nendobx\n"));
      const report = await scene.verify(damaged, archive());
      // Without its form it does not tell which certificate it is a copy of.
      expect(report.altered).toEqual([]);
      expect(report.verdict).toBe("invalid");
    });
  });

  describe("nobody looks around in the archive with that", () => {
    test("it is not asked for a copy whose signature is not good by itself", async () => {
      const { status, asked } = archive();
      const at = issued.pdf.indexOf("stream\n") + 60;
      const broken = edited(edited(issued.pdf, at), issued.pdf.indexOf("/Contents <3082") + 900);
      const report = await scene.verify(broken, { status });
      expect(report.altered).toEqual([]);
      expect(asked).toEqual([]);
    });

    test("the signature of one certificate opens nothing of another", async () => {
      const { status, asked } = archive();
      const { identifier } = issued.message.metadata;
      const theirs = other.message.metadata.identifier;
      // The copy claims to be the certificate on record, and bears the genuine signature of the sender's own.
      const claims = rewritten(other.pdf, (text) => text.replaceAll(theirs, identifier));
      const report = await scene.verify(claims, { status });
      expect(asked).toEqual([{ identifier, original: true }]);
      expect(report.altered).toEqual([]);
    });

    test("an archive that gives out something else than what was signed explains nothing", async () => {
      const at = issued.pdf.indexOf("stream\n") + 60;
      expect((await scene.verify(edited(issued.pdf, at), archive(other.pdf))).altered).toEqual([]);
    });
  });
});
