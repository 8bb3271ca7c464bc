import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JournalMarkSchema } from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { ChainHead } from "../services/domain/hash-chain.ts";
import { type Journal, openJournal } from "../services/journal/journal.ts";
import { type IndexFile, openIndexFile } from "./index-file.ts";
import { acceptJournal, bringUpToDate } from "./index-recovery.ts";
import { openJournalStanding, undecidedHead } from "./journal-standing.ts";

const NAME = "agent";
let directory: string;
let journal: Journal;
let index: IndexFile;
let told: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-standing-"));
  journal = await openJournal({ directory, name: NAME, now: () => new Date(0) });
  index = openIndexFile(":memory:");
  told = [];
});
afterEach(async () => {
  await journal.close();
  index.close();
  rmSync(directory, { recursive: true });
});

const place = () => ({ directory, name: NAME, head: journal.head() });
const log = { error: (_: object, text: string) => void told.push(text), warn: () => {} };
const open = () => openJournalStanding({ index, journal, directory, name: NAME, log });
const mark = ({ n, hash }: ChainHead) => create(JournalMarkSchema, { entry: BigInt(n), hash });
const OTHER = "f".repeat(64);

describe("what a core has seen of the journal", () => {
  test("is held against it: an entry that it has, also an old one, changes nothing", async () => {
    const heads = [journal.head()];
    for (let entry = 0; entry < 5; entry++) heads.push(await journal.append("started", {}));
    const standing = await open();
    for (const head of heads) await standing.judge("a", mark(head));
    await standing.judge("a", undefined);
    await standing.judge("a", mark({ n: 3, hash: "" }));
    expect([standing.refusal(), told]).toEqual([undefined, []]);
  });

  test.each([
    ["an entry beyond its end", { n: 3, hash: OTHER }],
    ["a number alone beyond its end", { n: 3, hash: "" }],
    ["its last entry with another hash", { n: 2, hash: OTHER }],
    ["an earlier entry with another hash", { n: 1, hash: OTHER }],
    ["a number that no journal has", { n: 2 ** 60, hash: OTHER }],
  ])("%s stops it, over restarts, until a person decides", async (_, seen) => {
    await journal.append("started", {});
    await journal.append("started", {});
    await bringUpToDate(index, place());
    const standing = await open();
    await standing.judge("a", mark(seen));
    const behind = { reason: "JOURNAL_BEHIND", metadata: { core: "a", entry: String(seen.n), hash: seen.hash } };
    expect(standing.refusal()).toMatchObject(behind);
    expect(standing.refusal()?.fields[0]?.remedy).toContain("journal accept");
    expect(told).toHaveLength(1);
    expect((await open()).refusal()).toMatchObject(behind);

    await journal.append("accepted", { reason: "the disk was lost", givenUp: { ...undecidedHead(index) } });
    await acceptJournal(index, place());
    const decided = await open();
    expect([decided.refusal(), decided.givenUp()]).toEqual([undefined, seen]);
  });

  test("stops it no longer once the right journal was put back", async () => {
    const first = await journal.append("started", {});
    const standing = await open();
    const next = await journal.append("started", {});
    const behind = { ...next, n: 3 };
    await standing.judge("a", mark(behind));
    expect(standing.refusal()).toBeDefined();
    index.putDocument("journal-behind", Buffer.from(JSON.stringify({ n: first.n, hash: first.hash, core: "a" })));
    expect((await open()).refusal()).toBeUndefined();
    expect(undecidedHead(index)).toBeUndefined();
  });

  test("is not judged where the entry stood in a file that was moved away", async () => {
    await journal.close();
    journal = await openJournal({ directory, name: NAME, now: () => new Date(0), segmentBytes: 300 });
    for (let entry = 0; entry < 20; entry++) await journal.append("started", {});
    const [oldest = ""] = readdirSync(directory)
      .filter((name) => name.endsWith(".jsonl"))
      .sort();
    rmSync(join(directory, oldest));
    const standing = await open();
    await standing.judge("a", mark({ n: 1, hash: OTHER }));
    expect(standing.refusal()).toBeUndefined();
    await standing.judge("a", mark({ n: 15, hash: OTHER }));
    expect(standing.refusal()?.reason).toBe("JOURNAL_BEHIND");
  });

  test("what was given up is known again where the index was lost", async () => {
    await journal.append("accepted", { reason: "r", givenUp: { n: 9, hash: OTHER, core: "a" } });
    await bringUpToDate(index, place());
    expect((await open()).givenUp()).toEqual({ n: 9, hash: OTHER });
  });
});
