import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * A query that names a limit reads one page. What lies behind that page must be read too, or handed on with its cursor: else what can
 * grow is cut off in silence. Reads that stop on purpose are named here, each with what keeps them honest.
 */
const STOPS_ON_PURPOSE: Readonly<Record<string, string>> = {
  "services/catalog/routes/get-draft.ts": "tells of other drafts no more than its contract says",
  "services/extension/deliveries/deliver.ts": "sends or removes what it reads, and goes on at once after a full page",
  "services/identity/apps/kept-answers.ts": "removes what it reads, and goes on at once after a full page",
  "services/catalog/openings/follow-delegations.ts":
    "takes off the index what it reads, and goes on at once after a full page",
  "services/identity/oauth/used-assertions.ts": "removes what it reads, and goes on at once after a full page",
  "services/identity/sessions/sweep.ts": "removes what it reads, and goes on at once after a full page",
  "services/identity/sessions/sign-in-code.ts": "counts no further than the limit that it holds an account to",
  "services/judgement/kept-register.ts":
    "removes what is older than what it keeps, again and again, until nothing older is left",
  "services/supervision/fold/fold.ts": "takes the mark off what it reads, and goes on until nothing is marked",
  "services/supervision/bulletin/content-of-inspection.ts": "tells how the last eight quarters went, and no more",
  "services/sync/receive/quarantine.ts": "moves away what it reads, again and again, until nothing is left",
};

interface Read {
  file: string;
  line: number;
  /** The call. */
  text: string;
  /** The function that it stands in. */
  around: string;
}

function readsOf(file: string): Read[] {
  return readsIn(file, readFileSync(join(ROOT, file), "utf8"));
}

function readsIn(file: string, source: string): Read[] {
  // Words in comments read nothing.
  const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ""));
  return [...text.matchAll(/\.query\(/g)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return { file, line, text: callAt(text, match.index), around: functionAt(text, match.index) };
  });
}

/** Where a function begins: its own line, or, of a member or an arrow function with a block, the line that opens the block. */
const BEGINS =
  /^ *(?!\}|(?:if|for|while|switch|catch|return)\b)(?:.*\bfunction\b|.*=> \{$|.*=>$|\): .*\{$|[^)].*\)(?:: .*)? \{$)/;

/** The text of the innermost function that a place lies in: from its head to the line that ends at the same indent. */
function functionAt(text: string, place: number): string {
  const lines = text.split("\n");
  const at = text.slice(0, place).split("\n").length - 1;
  const indentOf = (line: string) => line.length - line.trimStart().length;
  let indent = indentOf(lines[at] ?? "");
  let head = at;
  for (let line = at - 1; line >= 0 && !BEGINS.test(lines[head] ?? ""); line--) {
    const current = lines[line] ?? "";
    if (current.trim() === "" || indentOf(current) >= indent) continue;
    indent = indentOf(current);
    head = line;
  }
  let end = at + 1;
  while (end < lines.length && ((lines[end] ?? "").trim() === "" || indentOf(lines[end] ?? "") > indent)) end += 1;
  return lines.slice(head, end + 1).join("\n");
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

/** One is asked for and no more; or the limit is the caller's, who gets the page; or the function itself reads this page's cursor. */
function isHonest({ text, around }: Read): boolean {
  const asked = text.includes("limit") ? text : around;
  if (/\blimit: 1\b/.test(asked) || !asked.includes("limit")) return true;
  return /\bnext\b(?!\()|\bafter\b/.test(around);
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

test("a page that is cut off is found, also where the function beside it reads its own to the end", () => {
  const cut = `class A {
  async keysOf(node: string): Promise<{ keys: string[] }> {
    const query = { index: "key", equals: [node] };
    const { items } = await this.#rows.query({ ...query, limit: 1_000 });
    return { keys: items.map(({ key }) => key) };
  }

  async list(after: string): Promise<string[]> {
    const { items, next } = await this.#rows.query({ index: "key", after, limit: 100 });
    return [...items, next];
  }
}`;
  expect(readsIn("a.ts", cut).map(isHonest)).toEqual([false, true]);
});
