import { globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
/** The texts that a newcomer reads first, and the folders from which they name files. */
const TEXTS = { "README.md": ["."], "services/README.md": [".", "services", "services/*"] };

const words = (path: string) =>
  [
    ...readFileSync(join(ROOT, path), "utf8")
      .replace(/^```[\s\S]*?^```$/gm, "")
      .matchAll(/`([^`\s]+)`/g),
  ].map(([, word = ""]) => word);
const foldersIn = (place: string) =>
  readdirSync(join(ROOT, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map(({ name }) => name);

/** First words of paths: folders of the project, and of `services`. */
const PLACES = new Set([...foldersIn("."), ...foldersIn("services")].filter((name) => !name.startsWith(".")));
/** What is made when it runs. */
const MADE = new Set(["artefacts", "dist"]);

/** Whether a word in backticks is a path of this repository: it ends as a source file does, or begins with a folder. */
function isPath(word: string): boolean {
  if (!/^[\w./*{},-]+$/.test(word) || MADE.has(word.split("/")[0] ?? "")) return false;
  return /\.(ts|mjs|md|proto)$/.test(word) || (word.includes("/") && PLACES.has(word.split("/")[0] ?? ""));
}

describe("the newcomer's map", () => {
  test.each(Object.entries(TEXTS))("%s names files and folders that are there", (text, from) => {
    const paths = words(text).filter(isPath);
    expect(paths.length).toBeGreaterThan(5);
    const gone = paths.filter((path) => !from.some((place) => globSync(join(place, path), { cwd: ROOT }).length > 0));
    expect(gone).toEqual([]);
  });

  test("has every folder of services, down to the second level, in its tables, and no other", () => {
    const table = readFileSync(join(ROOT, "services/README.md"), "utf8").matchAll(/^\| (`services\/[^|]*`) \|/gm);
    const named = [...table].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, folder = ""]) => folder),
    );
    const floors = foldersIn("services").map((name) => `services/${name}`);
    const rooms = floors.flatMap((floor) => foldersIn(floor).map((name) => `${floor}/${name}`));
    expect(named.sort()).toEqual([...floors, ...rooms].sort());
  });
});
