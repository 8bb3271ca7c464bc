import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Journal, openJournal } from "../services/runtime/journal.ts";
import { type IndexFile, openIndexFile, type SerialRow } from "./index-file.ts";
import { acceptJournal, bringUpToDate } from "./index-recovery.ts";
import { createSerialIndex } from "./serial-index.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const row = (serial: string, digest = "d1", identifier = `id-${serial}`): SerialRow => ({
  app: "app",
  businessSerial: serial,
  digest,
  identifier,
});
const fail = (error: unknown) => {
  throw error;
};
const reused = (member: string) =>
  expect.objectContaining({ reason: "SERIAL_REUSED", metadata: expect.objectContaining({ member }) });

describe("one serial, one certificate", () => {
  test("a serial that is claimed stands for one message, at once and for ever", async () => {
    const file = openIndexFile(":memory:");
    const index = createSerialIndex(file, fail);
    const claim = index.claim(row("s1"));
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    expect(() => index.claim(row("s2", "d2", "id-s1"))).toThrow(reused("metadata.identifier"));
    claim.confirm({ n: 1, hash: "h" });
    await turn();
    expect(file.bySerial("app", "s1")).toEqual(row("s1"));
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    expect(() => index.claim(row("s2", "d2", "id-s1"))).toThrow(reused("metadata.identifier"));
    // The same intent again, as after a crash.
    index.claim(row("s1")).confirm({ n: 2, hash: "h2" });
  });

  test("a claim that was not journalled is free again, unless another claims the same", async () => {
    const index = createSerialIndex(openIndexFile(":memory:"), fail);
    const [first, second] = [index.claim(row("s1")), index.claim(row("s1"))];
    first.release();
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    second.release();
    index.claim(row("s1", "d2")).confirm({ n: 1, hash: "h" });
    await turn();
    expect(() => index.claim(row("s1"))).toThrow(reused("metadata.businessSerial"));
  });

  describe("of one certificate one message is signed on a day", () => {
    const of = (day: string, message: string, shown = "seal") => ({ ...row("s1"), latest: { day, message, shown } });
    const refused = expect.objectContaining({
      reason: "POLICY_REFUSED",
      metadata: expect.objectContaining({ member: "metadata.preparedAt", rule: "signed-today" }),
    });

    test("another one of that day is refused, in the same turn and for ever, and the same one is not", async () => {
      const file = openIndexFile(":memory:");
      const index = createSerialIndex(file, fail);
      const claim = index.claim(of("2026-11-24", "m1"));
      expect(() => index.claim(of("2026-11-24", "m2"))).toThrow(refused);
      claim.confirm({ n: 1, hash: "h" });
      await turn();
      expect(() => index.claim(of("2026-11-24", "m2"))).toThrow(refused);
      expect(() => createSerialIndex(file, fail).claim(of("2026-11-24", "m2"))).toThrow(refused);
      index.claim(of("2026-11-24", "m1")).confirm({ n: 2, hash: "h2" });
    });

    test("one of a later day takes its place, and none of the earlier day is signed any more", async () => {
      const file = openIndexFile(":memory:");
      const index = createSerialIndex(file, fail);
      index.claim(of("2026-11-24", "m1")).confirm({ n: 1, hash: "h1" });
      index.claim(of("2026-11-25", "m2")).confirm({ n: 2, hash: "h2" });
      for (const [day, message] of [
        ["2026-11-25", "m3"],
        ["2026-11-24", "m1"],
        ["2026-11-24", "m3"],
      ] as const) {
        expect(() => index.claim(of(day, message))).toThrow(refused);
        await turn();
        expect(() => createSerialIndex(file, fail).claim(of(day, message))).toThrow(refused);
      }
    });

    test("one on which the policy has put another seal or picture is signed on the same day", async () => {
      const file = openIndexFile(":memory:");
      const index = createSerialIndex(file, fail);
      index.claim(of("2026-11-24", "m1")).confirm({ n: 1, hash: "h1" });
      index.claim(of("2026-11-24", "m2", "another seal")).confirm({ n: 2, hash: "h2" });
      await turn();
      expect(() => index.claim(of("2026-11-24", "m3", "another seal"))).toThrow(refused);
      expect(file.bySerial("app", "s1")).toEqual(of("2026-11-24", "m2", "another seal"));
    });
  });

  test("a file that cannot be written loses nothing: it is written with the next", async () => {
    const file = openIndexFile(":memory:");
    let broken = true;
    const faults: unknown[] = [];
    const add: IndexFile["add"] = (rows, head) => {
      if (broken) throw new Error("full");
      file.add(rows, head);
    };
    const index = createSerialIndex({ ...file, add }, (error) => faults.push(error));
    index.claim(row("s1")).confirm({ n: 1, hash: "h1" });
    await turn();
    expect(faults).toHaveLength(1);
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    broken = false;
    index.claim(row("s2")).confirm({ n: 2, hash: "h2" });
    await turn();
    expect([file.bySerial("app", "s1"), file.bySerial("app", "s2"), file.head()?.n]).toEqual([row("s1"), row("s2"), 2]);
  });
});

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
