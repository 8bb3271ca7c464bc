import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Imports of a declaration file, whichever way they are written. */
const SPECIFIER = /(\bfrom |\bimport\(|\bimport )"([^"]+)"/g;

/**
 * Copies a declaration file and those that it reaches into one flat folder, under their own names, with imports that every
 * resolution of TypeScript follows (`./name.js`).
 */
export function copyTypes(entry: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const taken = new Map<string, string>();
  const names = new Set<string>();
  const wanted = [entry];
  const nameOf = (file: string): string => {
    const found = taken.get(file);
    if (found) return found;
    const name = basename(file);
    if (names.has(name)) throw new Error(`two declaration files are called ${name}: give one of them another name`);
    names.add(name);
    taken.set(file, name);
    if (file !== entry) wanted.push(file);
    return name;
  };
  nameOf(entry);
  for (const file of wanted) {
    const text = readFileSync(file, "utf8").replace(SPECIFIER, (whole, before: string, specifier: string) => {
      if (!specifier.startsWith(".")) return whole;
      const target = resolve(dirname(file), specifier.replace(/\.(?:ts|js)$/, ".d.ts"));
      return `${before}"./${nameOf(target).replace(/\.d\.ts$/, ".js")}"`;
    });
    writeFileSync(join(folder, nameOf(file)), text);
  }
}
