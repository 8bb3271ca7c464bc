import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Journal, openJournal } from "../../services/journal/journal.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "ops", "ecert", "main.ts");

function ecert(...args: string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, "evidence", ...args], { encoding: "utf8" });
  return { code: status, text: stdout + stderr };
}

describe("ecert evidence", () => {
  const data = mkdtempSync(join(tmpdir(), "ecert-data-"));
  const to = mkdtempSync(join(tmpdir(), "ecert-moved-"));
  const folder = join(data, "evidence", "issue-a");
  let journal: Journal;
  beforeAll(async () => {
    journal = await openJournal({ directory: folder, name: "evidence", now: () => new Date(), segmentBytes: 400 });
    for (let n = 0; n < 12; n++) await journal.append("line", { n });
  });
  afterAll(async () => {
    await journal.close();
    for (const directory of [data, to]) rmSync(directory, { recursive: true });
  });

  test("lists the chains of a node that runs, and proves them", () => {
    expect(ecert("list", "--directory", data)).toMatchObject({
      code: 0,
      text: expect.stringContaining("issue-a: files"),
    });
    const { code, text } = ecert("verify", "--directory", data);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining(journal.head().hash) });
  });

  test("moves closed files away, and proves the chain over both places", () => {
    const before = readdirSync(folder).length;
    expect(ecert("move", "--directory", data, "--to", to).code).toBe(0);
    expect(readdirSync(folder).length).toBeLessThan(before);
    const { code, text } = ecert("verify", "--directory", data, "--moved", to, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject([{ first: 1, entries: 12, hash: journal.head().hash }]);
  });

  test("moves nothing below the data directory, and nothing that is broken", () => {
    expect(ecert("move", "--directory", data, "--to", join(data, "old"))).toMatchObject({ code: 2 });
    const moved = join(to, "evidence", "issue-a");
    const [oldest = ""] = readdirSync(moved).filter((name) => name.endsWith(".jsonl"));
    writeFileSync(join(moved, oldest), readFileSync(join(moved, oldest), "utf8").replace('"n":0', '"n":9'));
    const left = readdirSync(folder);
    expect(ecert("move", "--directory", data, "--to", to)).toMatchObject({
      code: 1,
      text: expect.stringContaining("BROKEN"),
    });
    expect(readdirSync(folder)).toEqual(left);
  });
});
