import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLAUSES, type Clause } from "./clauses.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The page that tells which tests prove which clause. */
export const CLAUSES_PAGE = fileURLToPath(new URL("../../services/CLAUSES.md", import.meta.url));

/** Tests of one clause that the page names; it counts the others. */
const NAMED = 3;
/** The name of a test or of a group of tests: the first text that stands behind `test(`, `describe(` or the table of an `each`. */
const NAMES = /(?:\b(?:test|it|describe)(?:\.\w+)*\(|\)\()\s*(["'`])((?:\\.|(?!\1)[^\\])*?)\1/g;
const CLAUSE = /(?<![\d.§])[456]\.\d{1,2}(?:\.\d{1,2}){0,2}(?!\.?\d)/g;

/** A test, or a group of tests, that names a clause. */
export interface Proof {
  file: string;
  name: string;
}

/** Tests of this project by the clauses that their names cite, in the order of their files; below `test`, those that several files share too. */
export function proofs(): Map<string, Proof[]> {
  const found = new Map<string, Proof[]>();
  for (const file of globSync(["{services,agent,ops}/**/*.test.ts", "test/**/*.ts"], { cwd: ROOT }).sort()) {
    for (const [, , name = ""] of readFileSync(join(ROOT, file), "utf8").matchAll(NAMES)) {
      for (const clause of new Set(name.match(CLAUSE))) {
        const list = found.get(clause) ?? [];
        found.set(clause, [...list, { file, name: name.replace(/\s+/g, " ") }]);
      }
    }
  }
  return found;
}

/** Clauses that nothing proves: neither tests, nor those of a clause that asks for the same, nor a reason why there can be none. */
export function unproved(found = proofs()): string[] {
  const open = CLAUSES.filter(
    (clause) => !clause.administrative && !clause.open && proofsOf(clause, found).length === 0,
  );
  return open.map(({ number }) => number);
}

/** The page as it should stand. */
export function clausesPage(): string {
  const found = proofs();
  const rows = CLAUSES.map((clause) => `| ${clause.number} | ${clause.asks} | ${provedBy(clause, found)} |`);
  return [
    "# Which tests prove which clause",
    "",
    "Drawn from the names of the tests (`npm run pictures`): every numbered clause of chapters 4 to 6 of the standard. A test proves a clause that its name",
    "cites; a clause that asks the same of another level is proved by the tests of the one that stands behind →.",
    "",
    "| 条 clause | 要求 asks for | 证明 proved by |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function proofsOf({ number, as = [] }: Clause, found: ReadonlyMap<string, Proof[]>): Proof[] {
  return [number, ...as].flatMap((one) => found.get(one) ?? []);
}

function provedBy(clause: Clause, found: ReadonlyMap<string, Proof[]>): string {
  const { number, as = [], administrative, open } = clause;
  if (administrative) return `行政事项，无软件要求 administrative, no software: ${administrative}`;
  if (open) return `尚未提供 not there yet: ${open}`;
  const own = (found.get(number) ?? []).map(({ name, file }) => `${escaped(name)} (\`${file}\`)`);
  const same = as.map((one) => `→ ${one} (${found.get(one)?.length ?? 0})`);
  const more = own.length > NAMED ? [`and ${own.length - NAMED} more`] : [];
  return [...own.slice(0, NAMED), ...more, ...same].join("<br>");
}

/** Names hold pipes, and placeholders in angle brackets. */
function escaped(name: string): string {
  return name.replaceAll("\\", "").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
