import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journal, openJournal } from "../services/journal/journal.ts";
import { fail, reused, row } from "../test/agent/serial-rows.ts";
import { type IndexFile, openIndexFile } from "./index-file.ts";
import { acceptJournal, bringUpToDate } from "./index-recovery.ts";
import { createSerialIndex } from "./serial-index.ts";

describe("the index beside the journal", () => {
  let directory: string;
  let journal: Journal;
  let index: IndexFile;
  const NAME = "agent";
  const at = (name: string) => join(directory, name);
  const place = () => ({ directory, name: NAME, head: journal.head() });
  const openAll = async (segmentBytes = 1 << 26) => {
    journal = await openJournal({ directory, name: NAME, now: () => new Date(0), segmentBytes });
    index = openIndexFile(at("agent.index.sqlite"));
  };
  const closeAll = async () => {
    await journal.close();
    index.close();
  };
  const intend = (serial: string, digest = "d1") =>
    journal.append("intended", { app: "app", businessSerial: serial, identifier: `id-${serial}`, order: digest });
  const dropIndex = async () => {
    index.close();
    for (const name of readdirSync(directory).filter((one) => one.includes("sqlite"))) await rm(at(name));
    index = openIndexFile(at("agent.index.sqlite"));
  };

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "ecert-index-"));
    await openAll();
  });
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  test("what a crash left between journal and index is read from the journal", async () => {
    const { n, hash } = await intend("s1");
    index.add([row("s1")], { n, hash });
    await intend("s2");
    await journal.append("signed", { intended: 2 });
    expect(await bringUpToDate(index, place())).toBe(2);
    expect(index.bySerial("app", "s2")).toEqual(row("s2"));
    expect(index.head()).toEqual(journal.head());
    expect(await bringUpToDate(index, place())).toBe(0);
  });

  test("which message was signed on the latest day is read from the journal, too", async () => {
    const body = { app: "app", businessSerial: "s1", identifier: "id-s1", order: "d1", shown: "seal" };
    await journal.append("intended", { ...body, day: "2026-11-24", message: "m1" });
    await journal.append("intended", { ...body, day: "2026-11-25", message: "m2" });
    await bringUpToDate(index, place());
    const latest = { day: "2026-11-25", message: "m2", shown: "seal" };
    expect(index.bySerial("app", "s1")).toEqual({ ...row("s1"), latest });
  });

  const refused = (what: string) => journal.append("refused", { what });

  test("which certificates were begun last is remembered, newest first, each once, 256 at most", async () => {
    const serials = createSerialIndex(index, fail);
    for (let serial = 0; serial < 300; serial++) serials.claim(row(`s${serial}`)).confirm({ n: serial + 1, hash: "h" });
    serials.claim(row("s299")).confirm({ n: 301, hash: "h" });
    serials.flush();
    const recent = index.recent();
    expect(recent).toHaveLength(256);
    expect(recent.slice(0, 2)).toEqual([
      { identifier: "id-s299", entry: 301 },
      { identifier: "id-s298", entry: 299 },
    ]);
    expect(new Set(recent.map(({ identifier }) => identifier)).size).toBe(256);
  });

  test("an index of an earlier version learns them from the journal, as it is brought up or made anew", async () => {
    for (const serial of ["s1", "s2", "s1"]) await intend(serial);
    await refused("something");
    const expected = [
      { identifier: "id-s1", entry: 3 },
      { identifier: "id-s2", entry: 2 },
    ];
    index.add([row("s1"), row("s2")], journal.head());
    expect(index.recent()).toEqual([]);
    index.close();
    // As the earlier version left it: without the table.
    const old = new DatabaseSync(at("agent.index.sqlite"));
    old.exec("DROP TABLE recent");
    old.close();
    index = openIndexFile(at("agent.index.sqlite"));
    expect(await bringUpToDate(index, place())).toBe(0);
    expect(index.recent()).toEqual(expected);
    await dropIndex();
    await bringUpToDate(index, place());
    expect(index.recent()).toEqual(expected);
  });

  test("an index that was made beside an empty journal goes on with what the journal got since", async () => {
    expect(await bringUpToDate(index, place())).toBe(0);
    await journal.append("started", {});
    expect(await bringUpToDate(index, place())).toBe(1);
    expect(index.head()).toEqual(journal.head());
  });

  test("a lost index is made anew from the journal, over all its files", async () => {
    await closeAll();
    await openAll(300);
    for (let serial = 0; serial < 20; serial++) await intend(`s${serial}`);
    expect(readdirSync(directory).filter((name) => name.endsWith(".jsonl")).length).toBeGreaterThan(3);
    await dropIndex();
    expect(await bringUpToDate(index, place())).toBe(20);
    expect(index.bySerial("app", "s0")).toEqual(row("s0"));
    expect(index.bySerial("app", "s19")).toEqual(row("s19"));
  });

  test("files of the journal may be moved away while the index stands; without it a person decides", async () => {
    await closeAll();
    await openAll(300);
    for (let serial = 0; serial < 20; serial++) await intend(`s${serial}`);
    await bringUpToDate(index, place());
    const [oldest = ""] = readdirSync(directory)
      .filter((name) => name.endsWith(".jsonl"))
      .sort();
    await rename(at(oldest), at("moved-away"));
    await intend("s20");
    expect(await bringUpToDate(index, place())).toBe(1);
    expect(index.bySerial("app", "s0")).toEqual(row("s0"));
    await dropIndex();
    await expect(bringUpToDate(index, place())).rejects.toMatchObject({
      reason: "STATE_CONFLICT",
      message: expect.stringContaining("journal accept"),
    });
    expect(await acceptJournal(index, place())).toBeGreaterThan(10);
    expect(index.bySerial("app", "s20")).toEqual(row("s20"));
    expect(await bringUpToDate(index, place())).toBe(0);
  });

  test("an older journal, or another one, is refused until a person decides; then the index forgets nothing", async () => {
    await intend("s1");
    await bringUpToDate(index, place());
    await journal.close();
    const backup = mkdtempSync(join(tmpdir(), "ecert-backup-"));
    await cp(directory, backup, { recursive: true });
    await openJournal({ directory, name: NAME, now: () => new Date(0) }).then((opened) => {
      journal = opened;
    });
    await intend("s2", "d2");
    await bringUpToDate(index, place());
    await journal.close();
    const [file = ""] = readdirSync(backup).filter((name) => name.endsWith(".jsonl"));
    await cp(join(backup, file), at(file));
    rmSync(backup, { recursive: true });
    journal = await openJournal({ directory, name: NAME, now: () => new Date(0) });
    await expect(bringUpToDate(index, place())).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
    // Grown past the old end it is another journal still.
    await journal.append("started", {});
    await journal.append("started", {});
    await expect(bringUpToDate(index, place())).rejects.toMatchObject({
      message: expect.stringContaining("another one than the index knows"),
    });
    await acceptJournal(index, place());
    expect(await bringUpToDate(index, place())).toBe(0);
    expect(index.bySerial("app", "s2")).toEqual(row("s2", "d2"));
    const serials = createSerialIndex(index, fail);
    expect(() => serials.claim(row("s2"))).toThrow(reused("metadata.businessSerial"));
  });

  test("a serial that an earlier program signed, without telling the digest, is signed by nobody again", async () => {
    await journal.append("intended", { app: "app", businessSerial: "old", identifier: "id-old", message: "m" });
    await bringUpToDate(index, place());
    expect(() => createSerialIndex(index, fail).claim(row("old"))).toThrow(reused("metadata.businessSerial"));
  });

  test("a file that is no index is refused with what to do", () => {
    writeFileSync(at("broken"), "x".repeat(5_000));
    expect(() => openIndexFile(at("broken"))).toThrow(
      /put the file aside: the serials are read from the journal again; the newer versions and the list of nodes' keys .* shown by a core again/,
    );
  });

  test("of a lost file the journal brings back the serials, not the newer versions and the list of nodes' keys", async () => {
    await intend("s1");
    index.noteVersion("item", { version: 2, publishedAt: "2026-11-24T00:00:00.000Z" });
    index.putDocument("node-keys", Buffer.from("list"));
    await dropIndex();
    await bringUpToDate(index, place());
    expect(index.bySerial("app", "s1")).toEqual(row("s1"));
    expect(index.versionBehind("item", 1)).toBeUndefined();
    expect(index.document("node-keys")).toBeUndefined();
  });
});
