import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * A query that names a limit reads one page. What lies behind that page must be read too, or handed on with its cursor: else what can
 * grow is cut off in silence. Reads that stop on purpose are named here, each with what keeps them honest.
 */
const STOPS_ON_PURPOSE: Readonly<Record<string, string>> = {
  "services/catalog/kept-answers.ts": "removes what it reads, and goes on at once after a full page",
  "services/judgement/kept-register.ts":
    "removes what is older than what it keeps, again and again, until nothing older is left",
  "services/sync/quarantine.ts": "moves away what it reads, again and again, until nothing is left",
};

interface Read {
  file: string;
  line: number;
  text: string;
  /** What stands around it, as far as one function may reach. */
  around: string;
}

function readsOf(file: string): Read[] {
  // Words in comments read nothing.
  const text = readFileSync(join(ROOT, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, (comment) =>
    comment.replace(/[^\n]/g, ""),
  );
  const lines = text.split("\n");
  return [...text.matchAll(/\.query\(/g)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    const call = callAt(text, match.index);
    const around = lines.slice(Math.max(0, line - 15), line + call.split("\n").length + 25).join("\n");
    return { file, line, text: call, around };
  });
}

/** The text of a call, to its closing bracket. */
function callAt(text: string, from: number): string {
  let depth = 0;
  for (let place = text.indexOf("(", from); place < text.length; place++) {
    if (text[place] === "(") depth += 1;
    if (text[place] === ")") depth -= 1;
    if (depth === 0) return text.slice(from, place + 1);
  }
  return text.slice(from);
}

/** One is asked for and no more; or the limit is the caller's, who gets the page; or the cursor is read. */
function isHonest({ text, around }: Read): boolean {
  const asked = text.includes("limit") ? text : around;
  return /\blimit: 1\b/.test(asked) || !asked.includes("limit") || /\bnext\b|\bafter\b/.test(around);
}

const files = ["services", "agent"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("services/store/")),
);

test("whoever reads a page of what can grow reads on, or hands the cursor on", () => {
  const reads = files.flatMap(readsOf);
  expect(reads.length).toBeGreaterThan(20);
  const silent = reads.filter((read) => !isHonest(read) && !Object.hasOwn(STOPS_ON_PURPOSE, read.file));
  expect(silent.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([]);
});

test("reads that stop on purpose still are there", () => {
  const stopping = new Set(
    files
      .flatMap(readsOf)
      .filter((read) => !isHonest(read))
      .map(({ file }) => file),
  );
  expect(Object.keys(STOPS_ON_PURPOSE).filter((file) => !stopping.has(file))).toEqual([]);
});
