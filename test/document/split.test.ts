import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { RECIPE_FONTS, writeGlyphRun } from "../../services/document/pieces/glyph-run.ts";
import { joinFile, splitFile } from "../../services/document/pieces/split-file.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { certificateFiles } from "../fixtures/certificate-files.ts";

describe.each([0, 1, 2, 3, 4])("files of the seed's kind %i", (kind) => {
  const files = [certificateFiles(kind, 1), certificateFiles(kind, 2)];

  test.each(["pdf", "ofd"] as const)(
    "%s: is a shared front and a recipe of at most 12 KB that give the same octets",
    (format) => {
      const split = files.map((file) => splitFile(file[format], sha256Hex));
      const [one, two] = split.map((found) => found?.fixed ?? new Uint8Array());
      expect(sha256Hex(one as Uint8Array)).toBe(sha256Hex(two as Uint8Array));
      for (const [at, found] of split.entries()) {
        expect(found?.recipe.length).toBeLessThan(12_000);
        const joined = joinFile(found?.recipe as Buffer, found?.fixed as Uint8Array);
        expect(joined.equals((files[at] as (typeof files)[number])[format])).toBe(true);
      }
    },
  );
});

test("a file of another shape, or one that was changed where it is made anew, loses nothing: what is kept gives its octets", () => {
  const { pdf, ofd } = certificateFiles(0, 3);
  expect(splitFile(Buffer.from("%PDF-1.7 short"), sha256Hex)).toBeUndefined();
  expect(splitFile(pdf.subarray(0, pdf.length - 10), sha256Hex)).toBeUndefined();
  for (const file of [pdf, ofd])
    for (let at = 100; at < file.length; at += 4_999) {
      const other = Uint8Array.from(file);
      other[at] = (other[at] as number) ^ 1;
      const split = splitFile(other, sha256Hex);
      if (split !== undefined) expect(joinFile(split.recipe, split.fixed).equals(other)).toBe(true);
    }
});

test("a recipe that would be read otherwise is not kept: the file stays whole", () => {
  const { pdf } = certificateFiles(0, 3);
  expect(splitFile(pdf, sha256Hex)).toBeDefined();
  // No recipe can tell this name of the front.
  expect(splitFile(pdf, () => "no digest")).toBeUndefined();
});

test("a damaged recipe is refused or gives other octets, and one of another version is refused", () => {
  const { ofd } = certificateFiles(0, 4);
  const { recipe, fixed } = splitFile(ofd, sha256Hex) as NonNullable<ReturnType<typeof splitFile>>;
  for (let at = 36; at < recipe.length; at += 97) {
    const damaged = Buffer.from(recipe);
    damaged[at] = (damaged[at] as number) ^ 4;
    const joined = (() => {
      try {
        return joinFile(damaged, fixed);
      } catch {
        return undefined;
      }
    })();
    expect(joined === undefined || !joined.equals(ofd)).toBe(true);
  }
  const newer = Buffer.from(recipe);
  newer[3] = 3;
  expect(() => joinFile(newer, fixed)).toThrow("no recipe of a known version");
});

// Files are kept by these for ever. Whoever sees this fail adds a version, and leaves this one as it is.
test("recipes of versions 1 and 2 have these fonts, and make this subset of them", () => {
  const require = createRequire(import.meta.url);
  const paths = { regular: "400Regular/NotoSerifSC_400Regular.ttf", bold: "700Bold/NotoSerifSC_700Bold.ttf" };
  for (const { name, sha256 } of RECIPE_FONTS)
    expect(sha256Hex(readFileSync(require.resolve(`@expo-google-fonts/noto-serif-sc/${paths[name]}`)))).toBe(sha256);
  const codePoints = Uint32Array.from([..." 2AZ年照证"], (char) => char.codePointAt(0) as number).sort();
  const made = [0, 1].map((font) => sha256Hex(writeGlyphRun({ font, zlib: true, codePoints })));
  expect(made).toEqual([
    "d828221a5f6dd264ce6fb86d166b3d485c37abc83a216eb16575fda3dc000b06",
    "71aeb1d93a5a624182d8fb83ee506d970f50493af13967754efbb495184b2773",
  ]);
});
