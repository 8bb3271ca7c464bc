import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Where the project's own code lies; what is generated is not read. */
export const PLACES = ["services", "agent", "ops", "test"] as const;

/** One import of a file. */
export interface Import {
  /** Path of the importing file, from the root. */
  from: string;
  /** Path from the root for own files, else the package's name. */
  to: string;
  own: boolean;
  /**
   * When it is loaded: with the file (`load`); never, for it is gone when types are (`type`); or by a call that may come later
   * (`later`: `import()` and files that are started as threads). `import { type A }` loads, for the engine only takes the names out.
   */
  when: "load" | "type" | "later";
}

/** Reads the source files under a folder of a checkout, as paths from its root; none where the folder is not there. */
export function filesUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(m?ts|tsx)$/.test(entry.name) && !/\.tmp\./.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules"))
    .sort();
}

/** Tests may reach for fixtures; they lie beside the code but are not of its floor. */
export const isCode = (path: string): boolean => !path.endsWith(".test.ts");

/** Tells whether a path is a place, or lies under it. */
export const inside = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

/** Reads what a file of a checkout imports, re-exports and starts as a thread. */
export function importsOf(root: string, from: string): Import[] {
  return importsIn(from, readFileSync(join(root, from), "utf8"));
}

/** As `importsOf`, from the text of the file. */
export function importsIn(from: string, source: string): Import[] {
  const text = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found: [when: Import["when"], specifier: string][] = [];
  for (const [, type, specifier = ""] of text.matchAll(STATEMENT)) found.push([type ? "type" : "load", specifier]);
  for (const [, specifier = ""] of text.matchAll(CALL)) found.push(["later", specifier]);
  for (const [, specifier = ""] of text.matchAll(THREAD)) found.push(["later", specifier]);
  return found.map(([when, specifier]) => {
    const own = specifier.startsWith(".");
    return { from, to: own ? relative("/", resolve("/", dirname(from), specifier)) : packageOf(specifier), own, when };
  });
}

const STATEMENT = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s*)?"([^"]+)"/gm;
const CALL = /\bimport\(\s*"([^"]+)"/g;
const THREAD = /new URL\(\s*"(\.[^"]+\.ts)"/g;

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
