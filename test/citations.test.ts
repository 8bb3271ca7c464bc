import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Comment, commentsIn, fileNamesIn, paragraphsIn } from "../ops/docs/comments.ts";
import { PLACES } from "../ops/docs/imports.ts";

const ROOT = resolve(import.meta.dirname, "..");
/** What a reader of a checkout has: the folders of the project, and what lies beside them. */
const FILES = ["", ...PLACES, "proto"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder !== "", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);
/** What is generated, and what others wrote, cites as it likes. */
const TEXTS = FILES.filter((path) => /\.(ts|mjs|c|h|proto|md)$/.test(path) && !/^proto\/(gen|google|buf)\//.test(path));

/** Documents that their readers can get: the name, and the section that may stand right behind it or behind another section of it. */
const STANDARD = /(?:\b(?:RFC \d+|(?:ISO|EN) \d+[\d -]*|X\.\d+|G[BM]\/T [\d.]+)|§[\d.]+ (?:and|to|or)|§[\d.]+,) §$/;
/** Papers that lay on the desk of whoever wrote it, and on nobody else's. */
const NOT_HAD =
  /\b(?:design|standards|trace|study|notes?) §|\bfeasibility\b|\bspike\b|\bscreens\.md\b|\bdesign\.md\b|\bissue #\d/i;

interface Said extends Comment {
  path: string;
}

const said = TEXTS.flatMap((path): Said[] => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return (path.endsWith(".md") ? paragraphsIn(text) : commentsIn(text)).map((one) => ({ path, ...one }));
});
const placeOf = ({ path, line }: Said) => `${path}:${line}`;

/** The text without the breaks of its lines. */
const joined = ({ text }: Said) => text.replace(/\s*\n[ \t]*(?:\*|\/\/)?[ \t]*/g, " ");

/** Whether a name is a file's: its whole path, or the end of it, as from the folder of a service. */
function isThere(name: string): boolean {
  const path = name.replace(/^(?:\.{1,2}\/)+/, "");
  return FILES.some((file) => file === path || file.endsWith(`/${path}`));
}

describe("comments and texts cite what a reader has", () => {
  test("files of this repository, by names that they have", () => {
    const wrong = said.flatMap((one) =>
      fileNamesIn(one.text)
        .filter((name) => !isThere(name))
        .map((name) => `${placeOf(one)} ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("sections of READMEs, by their headings", () => {
    const cited = said.flatMap((one) =>
      [...joined(one).matchAll(/((?:\w+\/)*README\.md)\)?[`,:]* \(?"([^"]+)"/g)].map(([, file = "", heading = ""]) => ({
        place: placeOf(one),
        file,
        heading,
      })),
    );
    expect(cited.length).toBeGreaterThan(3);
    const wrong = cited.filter(
      ({ file, heading }) => !readFileSync(join(ROOT, file), "utf8").includes(`\n## ${heading}\n`),
    );
    expect(wrong).toEqual([]);
  });

  test("sections of standards, right behind their names", () => {
    const wrong = said.flatMap((one) => {
      const text = joined(one);
      return [...text.matchAll(/§/g)]
        .filter(({ index }) => !STANDARD.test(text.slice(0, index + 1)))
        .map(() => placeOf(one));
    });
    expect(wrong).toEqual([]);
  });

  test("no papers of whoever wrote it", () => {
    expect(said.filter(({ text }) => NOT_HAD.test(text)).map(placeOf)).toEqual([]);
  });
});

describe("the reader of citations", () => {
  test.each([
    ["a block", "/** See `place.ts`. */\nconst a = 1;", ["place.ts"]],
    ["lines that stand together", "const a = 1; // see\n// host/place.ts\n", ["host/place.ts"]],
    ["no string", 'const a = "http://place.ts";', []],
  ])("finds the file names in %s", (_what, source, names) => {
    expect(commentsIn(source).flatMap(({ text }) => fileNamesIn(text))).toEqual(names);
  });

  test.each([
    ["RFC 5280 §", true],
    ["EN 319 142-1 §", true],
    ["ISO 32000-1 §8.11, §", true],
    ["design §", false],
    ["as in §", false],
  ])("takes %s for a section of a standard: %s", (text, is) => {
    expect(STANDARD.test(text)).toBe(is);
  });
});
