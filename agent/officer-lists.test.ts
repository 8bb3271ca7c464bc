import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Refusal } from "../services/domain/refusal.ts";
import { type OfficerList, signOfficerList } from "../services/trust/officers/officer-list.ts";
import { type IndexFile, openIndexFile } from "./index-file.ts";
import { createOfficerLists, noteOfficers } from "./officer-lists.ts";

const DEPARTMENT = "11440100MB2C91870E";
const APP = "440100-console-11440100mb2c91870e";
const signer = generateKeyPairSync("ed25519");
let directory: string;
let file: string;
let index: IndexFile;
let journal: { kind: string; body: object }[];
let full: boolean;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ecert-officers-"));
  file = join(directory, "officers.json");
  index = openIndexFile(":memory:");
  journal = [];
  full = false;
});
afterEach(() => {
  index.close();
  rmSync(directory, { recursive: true });
});

/** The lists as an agent that has just been started holds them. */
function started(now = new Date("2026-06-01T04:00:00Z")) {
  return createOfficerLists({
    officers: new Map([[DEPARTMENT, { listFile: file, key: signer.publicKey }]]),
    node: "440100",
    index,
    journal: {
      append: async (kind, body) => {
        if (full) throw new Refusal("STORE_FULL", "full");
        journal.push({ kind, body });
        return { n: 1, kind, body, hash: "", prev: "", time: "" };
      },
    },
    now: () => now,
    log: { info: () => undefined, warn: () => undefined },
  });
}

function put(version: number, changes: Partial<OfficerList> = {}, key: KeyObject = signer.privateKey): void {
  const list: OfficerList = {
    ...{ node: "440100", department: DEPARTMENT, version, from: "2026-01-01", until: "2026-12-31" },
    ...{ rpId: "console.example", origins: ["https://console.example"], officers: [] },
    ...changes,
  };
  writeFileSync(file, signOfficerList(list, key));
}

describe("5.9.5: the list of officers that a department signs", () => {
  test("is taken without a restart, with a higher version alone, and journalled before it counts", async () => {
    const lists = started();
    put(1);
    expect(await lists.look()).toBe(true);
    expect(lists.of(APP)?.version).toBe(1);
    expect(lists.of("440100-console-other")).toBeUndefined();
    expect(await lists.look()).toBe(false);
    put(3);
    expect([await lists.look(), lists.of(APP)?.version]).toEqual([true, 3]);
    put(2);
    expect([await lists.look(), lists.of(APP)?.version]).toEqual([false, 3]);
    expect(lists.notices()).toEqual([expect.stringContaining("3 was taken before")]);
    put(3, { until: "2026-12-30" });
    expect([await lists.look(), lists.of(APP)?.until]).toEqual([false, "2026-12-31"]);
    expect(journal.map(({ kind, body }) => [kind, body])).toEqual([
      ["officers", expect.objectContaining({ department: DEPARTMENT, version: 1 })],
      ["officers", expect.objectContaining({ version: 3 })],
    ]);
  });

  test.each<[string, () => void, string]>([
    ["another key has signed", () => put(2, {}, generateKeyPairSync("ed25519").privateKey), "has not signed it"],
    ["is of another department", () => put(2, { department: "11440106MB9DEM11X6" }), "department"],
    ["is of another node", () => put(2, { node: "440300" }), "node"],
    ["is no list", () => writeFileSync(file, "{"), "no JSON"],
    ["is larger than lists are", () => writeFileSync(file, Buffer.alloc((1 << 20) + 1, " ")), "larger than"],
  ])("one that %s changes nothing, and is told", async (_what, change, told) => {
    const lists = started();
    put(1);
    await lists.look();
    change();
    expect([await lists.look(), lists.of(APP)?.version]).toEqual([false, 1]);
    expect(lists.notices()).toEqual([expect.stringContaining(told)]);
    put(2);
    expect([await lists.look(), lists.of(APP)?.version, lists.notices()]).toEqual([true, 2, []]);
  });

  test("where the file is taken away, its officers are", async () => {
    const lists = started();
    await lists.look();
    expect(lists.notices()).toEqual([expect.stringContaining("no such file")]);
    put(1);
    await lists.look();
    rmSync(file);
    expect([await lists.look(), lists.of(APP)]).toEqual([true, undefined]);
  });

  test("after a restart no older one takes its place, and the same one counts again", async () => {
    put(5);
    await started().look();
    const again = started();
    expect([await again.look(), again.of(APP)?.version, journal.length]).toEqual([true, 5, 1]);
    put(4);
    const older = started();
    expect([await older.look(), older.of(APP)]).toEqual([false, undefined]);
  });

  test("killed between journal and index, or with the index lost, the journal tells which was taken", async () => {
    const entry = { kind: "officers", body: { department: DEPARTMENT, version: 5, sha256: "ab" } };
    noteOfficers(index, entry);
    noteOfficers(index, { ...entry, body: { ...entry.body, version: 4 } });
    put(4);
    const lists = started();
    expect([await lists.look(), lists.of(APP)]).toEqual([false, undefined]);
    put(6);
    expect([await lists.look(), lists.of(APP)?.version]).toEqual([true, 6]);
  });

  test("where the journal has no room it does not count yet, and does once there is", async () => {
    put(1);
    full = true;
    const lists = started();
    expect([await lists.look(), lists.of(APP)]).toEqual([false, undefined]);
    full = false;
    expect([await lists.look(), lists.of(APP)?.version]).toEqual([true, 1]);
  });

  test("one that ends within 30 days is told", async () => {
    put(1, { until: "2026-06-30" });
    const lists = started();
    await lists.look();
    expect(lists.notices()).toEqual([`the list of officers of ${DEPARTMENT} holds until 2026-06-30`]);
  });
});
