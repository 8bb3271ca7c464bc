import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { runTests } from "../../ops/check/tests.mjs";

/** A test that does something the first time it runs and passes afterwards. */
const onceOnly = (what: string) =>
  `import { existsSync, writeFileSync } from "node:fs";
   test("holds", async () => {
     if (existsSync("been")) return;
     writeFileSync("been", "");
     ${what}
   });`;
const PASSES = `test("holds", () => {});`;
const FAILS = `test("does not hold", () => { throw new Error("no"); });`;

/** Runs test files in a folder of their own; what was told comes with the outcome. */
async function run(files: Record<string, string>, again = true) {
  const cwd = await mkdtemp(join(tmpdir(), "ecert-tests-"));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await symlink(join(import.meta.dirname, "..", "..", "node_modules"), join(cwd, "node_modules"));
  await mkdir(join(cwd, "t"));
  await writeFile(
    join(cwd, "vitest.config.js"),
    `export default { test: { include: ["t/*.test.js"], pool: "forks" } };`,
  );
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(cwd, "t", `${name}.test.js`), `import { test } from "vitest";\n${text}\n`);
  }
  const told: string[] = [];
  const outcome = runTests([], { again, cwd, stdio: "ignore", say: (text) => void told.push(text) });
  return { ...outcome, told: told.join("") };
}

describe("how npm test judges its tests", () => {
  test("a file that fails under load runs a second time, alone, and is named", async () => {
    const { told, ...outcome } = await run({ a: PASSES, b: onceOnly(`throw new Error("no")`) });
    expect(outcome).toMatchObject({ passed: 2, failed: 0, clean: true, unsteady: [{ failed: ["holds"] }] });
    expect(told).toContain("unsteady: t/b.test.js passed only alone; before: holds");
  });

  test("so does one whose process died", async () => {
    const { told, ...outcome } = await run({
      a: PASSES,
      b: onceOnly(`process.kill(process.pid, "SIGTRAP"); await new Promise(() => {});`),
    });
    expect(outcome).toMatchObject({ passed: 2, failed: 0, clean: true });
    expect(told).toContain("unsteady: t/b.test.js passed only alone; before: its process died");
  });

  test("what fails or dies twice has failed, and so has a file that does not load", async () => {
    const { told, ...outcome } = await run({
      a: FAILS,
      b: `test("dies", async () => { process.kill(process.pid, "SIGTRAP"); await new Promise(() => {}); });`,
      c: `import "./away.js";`,
    });
    expect(outcome).toMatchObject({ passed: 0, clean: false, unsteady: [] });
    expect(outcome.failed).toBeGreaterThanOrEqual(3);
    expect(told).toContain("outside of tests");
  });

  test("an error outside of tests, more than three files, and named files are not tried again", async () => {
    const outside = await run({ a: `test("holds", () => void Promise.reject(new Error("lost")));` });
    expect(outside).toMatchObject({ failed: 1, clean: false });
    const four = await run({ a: FAILS, b: FAILS, c: FAILS, d: onceOnly(`throw new Error("no")`) });
    expect(four).toMatchObject({ failed: 4, clean: false, unsteady: [] });
    expect(await run({ a: onceOnly(`throw new Error("no")`) }, false)).toMatchObject({ failed: 1, clean: false });
  });
});
