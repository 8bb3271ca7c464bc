import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaceRenderer } from "../../services/document/face.ts";
import { type FontFile, RARE_FONT } from "../../services/document/font/font-file.ts";
import { findGlyph, loadFonts } from "../../services/document/font/library.ts";
import { subsetFont } from "../../services/document/font/subset.ts";
import { readTrueType } from "../../services/document/font/true-type.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { SeedItem } from "./seed.ts";
import { exampleMessage, seedItems } from "./seed.ts";

const item = seedItems().get("residence-permit") as SeedItem;
const NAME = "欧阳𠮷𡈽䶮㛃𫖯𬀩𪚥𬸚𮧵";
const named = (name: string) => {
  const message = exampleMessage(item);
  return { ...message, data: { ...message.data, name } };
};
const templateJson = JSON.stringify(item.template);
/** CJK Extension G: neither Noto Serif SC nor HanaMinB has it. */
const LACKING = "\u{30000}";

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-rare-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("GB 18030-2022: the rare characters of names (生僻字)", () => {
  test("of CJK Extensions A to F, level 3, are all there", () => {
    const fonts = loadFonts();
    // Ends as of Unicode 10, which GB 18030-2022 follows.
    for (const [first, last] of [
      [0x3400, 0x4db5],
      [0x4e00, 0x9fef],
      [0x20000, 0x2a6d6],
      [0x2a700, 0x2b734],
      [0x2b740, 0x2b81d],
      [0x2b820, 0x2cea1],
      [0x2ceb0, 0x2ebe0],
    ] as const) {
      for (let codePoint = first; codePoint <= last; codePoint++) {
        if (findGlyph(fonts, "bold", codePoint) === undefined)
          throw new Error(`U+${codePoint.toString(16)} is missing`);
      }
    }
  });

  test("are shown in the PDF, and can be searched and copied", () => {
    const face = createFaceRenderer().compile(templateJson, item.sealPicture);
    writeFileSync(at("rare.pdf"), face.preparePdf(named(NAME)).bytes);
    execFileSync("qpdf", ["--check", at("rare.pdf")]);
    expect(execFileSync("pdftotext", ["-raw", at("rare.pdf"), "-"], { encoding: "utf8" })).toContain(NAME);
    const fonts = execFileSync("pdffonts", [at("rare.pdf")], { encoding: "utf8" });
    expect(fonts).toMatch(/[A-Z]{6}\+HanaMinB-Bold +CID TrueType +Identity-H +yes yes yes/);
  });

  test("are drawn by another program with the outlines of the font", () => {
    const face = createFaceRenderer().compile(templateJson, item.sealPicture);
    /** Dark pixels in the name's box, five a mm. */
    const inkOf = (name: string): number => {
      writeFileSync(at("ink.pdf"), face.preparePdf(named(name)).bytes);
      const box = ["-r", "127", "-x", "580", "-y", "310", "-W", "765", "-H", "40"];
      execFileSync("pdftoppm", ["-gray", ...box, "-singlefile", at("ink.pdf"), at("ink")]);
      return readFileSync(at("ink.pgm"))
        .subarray(-765 * 40)
        .filter((grey) => grey < 128).length;
    };
    expect(inkOf("　")).toBe(0);
    expect(inkOf("𪚥𪚥")).toBeGreaterThan(inkOf("𠮷𠮷"));
    expect(inkOf("𠮷𠮷")).toBeGreaterThan(100);
  });

  test("are drawn in the OFD as paths, since readers cut them in halves, under text in clear ink that can be copied", () => {
    const face = createFaceRenderer().compile(templateJson, item.sealPicture);
    const { files } = face.prepareOfd(named(NAME));
    const fileAt = (path: string) => Buffer.from(files.find((file) => file.path === path)?.content ?? []);
    const page = fileAt("Doc_0/Pages/Page_0/Content.xml").toString();
    const texts = [...page.matchAll(/<ofd:TextObject[^>]*>(.*?)<\/ofd:TextObject>/g)].map(([, object = ""]) => ({
      clear: object.includes('Alpha="0"'),
      text: object.replaceAll(/<[^>]+>/g, ""),
    }));
    expect(texts.map(({ text }) => text).join("")).toContain(NAME);
    const clear = texts.filter((text) => text.clear).map(({ text }) => text);
    expect(clear).toEqual([...NAME].filter((char) => (char.codePointAt(0) ?? 0) > 0xffff));
    const plain = face.prepareOfd(named("欧阳")).files.find(({ path }) => path === "Doc_0/Pages/Page_0/Content.xml");
    const paths = (xml: string) => xml.split("<ofd:PathObject").length;
    expect(paths(page) - paths(Buffer.from(plain?.content ?? []).toString())).toBe(clear.length);
    const font = readTrueType(fileAt("Doc_0/Res/font_data_rare0-bold.ttf"));
    expect(font.name).toBe("HanaMinB-Bold");
    for (const char of "𠮷𡈽𪚥𮧵") expect(font.glyphOf(char.codePointAt(0) as number)).toBeGreaterThan(0);
    const declared = /<ofd:Font ID="(\d+)" FontName="HanaMinB-Bold"[^>]*>/.exec(
      fileAt("Doc_0/PublicRes.xml").toString(),
    );
    expect(page).toContain(`Font="${declared?.[1]}"`);
  });

  test("beyond it are refused by character and code point, in both languages", () => {
    const face = createFaceRenderer().compile(templateJson, item.sealPicture);
    expect(() => face.preparePdf(named(`张${LACKING}`))).toThrow(
      expect.objectContaining({
        reason: "GLYPH_MISSING",
        message: expect.stringContaining(`${LACKING} (U+30000)`),
        localized: `字库缺少该字：${LACKING} (U+30000)，请改用其他字形，或请运维增加字库`,
        fields: [expect.objectContaining({ field: "/data/name" })],
      }),
    );
  });
});

describe("an operator's own font for rare characters", () => {
  /** A font of one glyph, for a character that no packaged font has. */
  function ownFont(): FontFile {
    const { bytes } = subsetFont(loadFonts().regular, [0x5409], { standalone: true });
    const from = Buffer.from("0000540900005409", "hex");
    Buffer.from("0003000000030000", "hex").copy(bytes, bytes.indexOf(from));
    writeFileSync(at("own.ttf"), bytes);
    return { fontFile: at("own.ttf"), sha256: sha256Hex(bytes) };
  }

  test("is asked behind those before it, in worker threads too", async () => {
    const fonts = [RARE_FONT, ownFont()];
    const pool = createRenderPool({ threads: 1, fonts });
    try {
      const face = await pool.compile(templateJson, item.sealPicture);
      const { bytes, digest } = await face.preparePdf(named(`𠮷${LACKING}`));
      writeFileSync(at("own.pdf"), bytes);
      expect(execFileSync("pdftotext", ["-raw", at("own.pdf"), "-"], { encoding: "utf8" })).toContain(`𠮷${LACKING}`);
      const inline = createFaceRenderer({ fonts }).compile(templateJson, item.sealPicture);
      expect(inline.preparePdf(named(`𠮷${LACKING}`)).digest).toBe(digest);
      // What others draw is not touched by it.
      const plain = createFaceRenderer().compile(templateJson, item.sealPicture);
      expect(inline.preparePdf(named("𠮷")).digest).toBe(plain.preparePdf(named("𠮷")).digest);
    } finally {
      await pool.close();
    }
  });

  test("may be none, so that nothing depends on the host", () => {
    const face = createFaceRenderer({ fonts: [] }).compile(templateJson, item.sealPicture);
    expect(() => face.preparePdf(named("𠮷"))).toThrow(expect.objectContaining({ reason: "GLYPH_MISSING" }));
  });

  test("is refused at start if it is missing, another one, or no font", () => {
    const { fontFile } = ownFont();
    writeFileSync(at("text.ttf"), "no font");
    for (const [font, what] of [
      [{ fontFile: at("none.ttf"), sha256: "0".repeat(64) }, "is not there"],
      [{ fontFile, sha256: "0".repeat(64) }, "is not the font with digest"],
      [{ fontFile: at("text.ttf"), sha256: sha256Hex("no font") }, "cannot be used"],
    ] as const) {
      expect(() => createRenderPool({ threads: 0, fonts: [font] })).toThrow(
        expect.objectContaining({ reason: "INVALID_FIELD", message: expect.stringContaining(what) }),
      );
    }
  });
});
