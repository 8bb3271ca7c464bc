import { appendFile, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Reason } from "../domain/reason.ts";
import { type Journal, openJournal } from "./journal.ts";
import { verifyJournal } from "./read-journal.ts";

const now = () => new Date("2026-03-02T01:02:03Z");
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ecert-journal-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

const openHere = (segmentBytes?: number) =>
  openJournal({ directory, name: "trial", now, ...(segmentBytes !== undefined && { segmentBytes }) });
const segment = (first: number) => join(directory, `trial.${String(first).padStart(12, "0")}.jsonl`);
const refused = (reason: Reason) => expect.objectContaining({ name: "Refusal", reason });

async function fill(journal: Journal, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => journal.append("made", { i })));
}

describe("journal", () => {
  test("continues its chain after it was closed and opened again", async () => {
    const first = await openHere();
    await fill(first, 3);
    await first.close();
    const second = await openHere();
    const entry = await second.append("made", { name: "证照" });
    expect(entry).toMatchObject({ n: 4, time: "2026-03-02T01:02:03.000Z" });
    expect(second.head()).toEqual({ n: 4, hash: entry.hash });
    await second.close();
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: true, entries: 4, head: { hash: entry.hash } });
  });

  test("shares one sync among the appends of a turn", async () => {
    const journal = await openHere();
    const handle = await open(segment(1), "r");
    const datasync = vi.spyOn(Object.getPrototypeOf(handle), "datasync");
    await handle.close();
    await fill(journal, 100);
    expect(datasync).toHaveBeenCalledTimes(1);
    await journal.close();
  });

  test("cuts off an unfinished last line and says how long it was", async () => {
    const first = await openHere();
    await fill(first, 2);
    await first.close();
    await appendFile(segment(1), '{"n":3,"ti');
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: true, entries: 2, torn: 10 });
    const second = await openHere();
    expect(second.tornBytes).toBe(10);
    await fill(second, 1);
    await second.close();
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: true, entries: 3, torn: 0 });
  });

  test("begins a new segment at the size given, and opens from the last one", async () => {
    const first = await openHere(400);
    for (let i = 0; i < 6; i++) await first.append("made", { i });
    await first.close();
    const files = (await readdir(directory)).filter((file) => file.endsWith(".jsonl"));
    expect(files).toHaveLength(3);
    const second = await openHere(400);
    await fill(second, 1);
    await second.close();
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: true, entries: 7, segments: 4 });
  });

  test("goes on after a crash that left an empty new segment", async () => {
    const first = await openHere();
    await fill(first, 2);
    await first.close();
    await writeFile(segment(3), "");
    const second = await openHere();
    expect((await second.append("made", {})).n).toBe(3);
    await second.close();
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: true, entries: 3, segments: 2 });
  });

  test.each<[string, (text: string) => string]>([
    ["a flipped byte", (text) => text.replace('"i":1', '"i":7')],
    ["a removed line", (text) => text.split("\n").toSpliced(1, 1).join("\n")],
    ["a complete last line that is damaged", (text) => `${text}{"n":4}\n`],
    ["a line that is no JSON", (text) => text.replace("{", "<")],
  ])("refuses to open over %s and tells where the chain breaks", async (_what, damage) => {
    const journal = await openHere();
    await fill(journal, 3);
    await journal.close();
    await writeFile(segment(1), damage(await readFile(segment(1), "utf8")));
    const verdict = await verifyJournal(directory, "trial");
    expect(verdict).toMatchObject({ ok: false, path: segment(1) });
    await expect(openHere()).rejects.toEqual(refused("INTERNAL"));
  });

  test("notices a missing segment", async () => {
    const journal = await openHere(400);
    for (let i = 0; i < 6; i++) await journal.append("made", { i });
    await journal.close();
    const second = (await readdir(directory)).filter((file) => file.endsWith(".jsonl")).sort()[1];
    await rm(join(directory, second as string));
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: false, entry: 3 });
  });

  test("is open in one place at a time, and free again once closed", async () => {
    const journal = await openHere();
    await expect(openHere()).rejects.toEqual(refused("STATE_CONFLICT"));
    await journal.close();
    await (await openHere()).close();
  });

  test("refuses with STORE_FULL while the disk is full, and goes on afterwards without a gap", async () => {
    const journal = await openHere();
    await fill(journal, 1);
    const handle = await open(segment(1), "r");
    const datasync = vi.spyOn(Object.getPrototypeOf(handle), "datasync");
    await handle.close();
    datasync.mockRejectedValueOnce(Object.assign(new Error("full"), { code: "ENOSPC" }));
    await expect(fill(journal, 2)).rejects.toEqual(refused("STORE_FULL"));
    expect((await journal.append("made", {})).n).toBe(2);
    await journal.close();
    expect(await verifyJournal(directory, "trial")).toMatchObject({ ok: true, entries: 2 });
  });

  test("never writes again after a sync failed for another cause", async () => {
    const journal = await openHere();
    const handle = await open(segment(1), "r");
    const datasync = vi.spyOn(Object.getPrototypeOf(handle), "datasync");
    await handle.close();
    datasync.mockRejectedValueOnce(Object.assign(new Error("input/output error"), { code: "EIO" }));
    await expect(journal.append("made", {})).rejects.toEqual(refused("STORE_AWAY"));
    await expect(journal.append("made", {})).rejects.toEqual(refused("STORE_AWAY"));
    await journal.close();
  });

  test("rejects a body that JSON cannot hold without harm to its neighbours", async () => {
    const journal = await openHere();
    const [good, bad, next] = await Promise.allSettled([
      journal.append("made", {}),
      journal.append("made", { text: "\ud800" }),
      journal.append("made", {}),
    ]);
    expect([good?.status, bad?.status, next?.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(journal.head().n).toBe(2);
    await journal.close();
    await expect(journal.append("made", {})).rejects.toEqual(refused("CANCELLED"));
  });
});
