import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journal, openJournal } from "./journal.ts";
import { moveClosed, verifyParts } from "./journal-move.ts";

let directory: string;
let to: string;
let journal: Journal;

const opened = () => openJournal({ directory, name: "evidence", now: () => new Date(), segmentBytes: 400 });
const filesIn = (path: string) => readdirSync(path).filter((file) => file.endsWith(".jsonl"));

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-journal-"));
  to = join(mkdtempSync(join(tmpdir(), "ecert-moved-")), "evidence");
  journal = await opened();
  for (let n = 0; n < 12; n++) await journal.append("line", { n });
});

afterEach(async () => {
  await journal.close();
  rmSync(directory, { recursive: true });
  rmSync(to, { recursive: true, force: true });
});

describe("closed files of a journal", () => {
  test("move away while the journal is open, and the chain holds over both places and goes on", async () => {
    const before = filesIn(directory);
    const moved = await moveClosed(directory, "evidence", to);
    expect(moved).toEqual(before.slice(0, -2));
    expect(filesIn(directory)).toEqual(before.slice(-2));
    for (let n = 0; n < 6; n++) await journal.append("more", { n });
    const seen: number[] = [];
    const whole = await verifyParts([to, directory], "evidence", ({ n }) => seen.push(n));
    expect(whole).toMatchObject({ first: 1, head: journal.head() });
    expect(seen).toEqual(Array.from({ length: 18 }, (_, at) => at + 1));
    expect((await moveClosed(directory, "evidence", to)).length).toBeGreaterThan(0);
    expect(await verifyParts([to, directory], "evidence")).toMatchObject({ first: 1, head: journal.head() });
  });

  test("are not needed for a restart, and what is left proves itself and says where it begins", async () => {
    await moveClosed(directory, "evidence", to);
    const head = journal.head();
    await journal.close();
    journal = await opened();
    expect(journal.head()).toEqual(head);
    const left = await verifyParts([directory], "evidence");
    expect(left?.first).toBeGreaterThan(1);
    expect(left?.head).toEqual(head);
  });

  test("stay where they are when one of them was altered", async () => {
    const before = filesIn(directory);
    const path = join(directory, before[0] ?? "");
    writeFileSync(path, readFileSync(path, "utf8").replace('"n":1', '"n":7'));
    await expect(moveClosed(directory, "evidence", to)).rejects.toThrow("the journal is broken at entry");
    expect(filesIn(directory)).toEqual(before);
  });

  test("that an interrupted move has left in both places are the same, and are moved by the next", async () => {
    const [oldest = ""] = filesIn(directory);
    mkdirSync(to, { recursive: true });
    copyFileSync(join(directory, oldest), join(to, oldest));
    writeFileSync(join(to, `${filesIn(directory)[1]}.part`), "half a fi");
    await moveClosed(directory, "evidence", to);
    expect(filesIn(directory)).not.toContain(oldest);
    expect(await verifyParts([to, directory], "evidence")).toMatchObject({ first: 1, head: journal.head() });
  });

  test("that are missing between two places are noticed", async () => {
    await moveClosed(directory, "evidence", to);
    rmSync(join(to, filesIn(to).at(-1) ?? ""));
    await expect(verifyParts([to, directory], "evidence")).rejects.toThrow("the segment begins with entry");
  });
});
