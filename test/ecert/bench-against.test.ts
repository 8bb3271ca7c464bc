import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const AGAINST = join(import.meta.dirname, "..", "..", "ops", "bench", "against.ts");
let folder: string;
let temporary: string;

/** A project whose bench tells a figure of its own. */
function commit(value: number): void {
  const figure = { name: "issued", unit: "certificates/s", value };
  const printed = JSON.stringify({ results: { issue: [figure] } });
  writeFileSync(
    join(folder, "bench.mjs"),
    `console.log("[setup] nothing missing");console.log(${JSON.stringify(printed)});`,
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: { bench: "node bench.mjs" } }));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.invalid", ...args], { cwd: folder });
  git("add", "-A");
  git("commit", "-q", "-m", "bench");
}

function against(...args: string[]): Promise<{ code: number; out: string; told: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, TMPDIR: temporary };
    execFile(process.execPath, [AGAINST, ...args, "--root", folder], { env }, (error, out, told) => {
      resolve({ code: error ? Number(error.code) : 0, out, told });
    });
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ecert-side-"));
  temporary = mkdtempSync(join(tmpdir(), "ecert-side-tmp-"));
  execFileSync("git", ["init", "-q"], { cwd: folder });
  commit(20);
  commit(50);
});

afterAll(() => {
  for (const one of [folder, temporary]) rmSync(one, { recursive: true, force: true });
});

test("an earlier commit is measured beside this one, both in turns, and nothing of it is left", async () => {
  const { code, out, told } = await against("HEAD~1", "--rounds", "2", "--json");
  expect(code).toBe(0);
  const { compared } = JSON.parse(out);
  expect(compared).toEqual([
    { bench: "issue", name: "issued", unit: "certificates/s", before: 20, now: 50, ratio: 2.5 },
  ]);
  expect(told.match(/round \d of 2: \w+/g)).toEqual([
    "round 1 of 2: before",
    "round 1 of 2: now",
    "round 2 of 2: now",
    "round 2 of 2: before",
  ]);
  expect(told).toContain("min left");
  expect(execFileSync("git", ["status", "--porcelain"], { cwd: folder, encoding: "utf8" })).toBe("");
  expect(readdirSync(temporary).filter((name) => name.startsWith("ecert-"))).toEqual([]);
});

test("a commit that is not there is refused with what to do", async () => {
  const { code, told } = await against("nowhere");
  expect(code).toBe(2);
  expect(told).toContain("git fetch --unshallow");
});

test("without a commit nothing is run", async () => {
  expect(await against()).toMatchObject({ code: 2, told: expect.stringContaining("name the commit to compare with") });
});
