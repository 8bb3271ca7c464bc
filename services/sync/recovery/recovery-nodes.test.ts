import { expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { openArchive } from "../archive/archive.ts";
import type { SyncContext } from "../context.ts";
import { recoverFromNodes } from "./recovery-nodes.ts";
import { createProgress } from "./recovery-progress.ts";

const DAY = "2026-11-20";

/** A province with three nodes: one is level, one has what the archive lacks, one is away. */
async function atProvince(dryRun: boolean) {
  const away = new Refusal("PEER_AWAY", "440700 is away");
  const clients = {
    "ecert.sync.v1.ExchangeService": {
      listBucketsAcross: async () => ({
        buckets: [{ bucket: DAY, count: 2n, digest: "d" }],
        root: "",
        nextPageToken: "",
      }),
      listBucketRecordsAcross: async () => ({
        records: ["a", "b"].map((identifier) => ({ identifier, revision: 1n, digest: identifier })),
        nextPageToken: "",
      }),
    },
  };
  const house = await openTestRuntime({ service: "sync", role: "province", code: "440000", clients });
  onTestFinished(() => house.close());
  const level = { equal: true, repaired: 0, records: 7, unrepaired: 0, surplus: 0 };
  const outcomes: Record<string, object> = {
    "440100": level,
    "440300": { ...level, repaired: 2, unrepaired: 1, surplus: 4 },
  };
  const compare = {
    with: async (node: string) => {
      if (!outcomes[node]) throw away;
      return outcomes[node];
    },
  };
  const links = ["440100", "440300", "440700"].map((node) => ({ peer: { node } }));
  const archive = await openArchive(house.runtime);
  const context = { runtime: house.runtime, archive, compare, links } as unknown as SyncContext;
  const progress = createProgress();
  await recoverFromNodes(context, progress, { dryRun, signal: house.runtime.signal });
  return progress;
}

test("4.6.2 the province's archive comes forward from every node; one that is away stops no other, and is lacking", async () => {
  const { parts, notices, lacking } = await atProvince(false);
  expect(parts).toEqual([{ name: "certificates", total: 14, done: 14, restored: 2, failed: 1 }]);
  // What could not be fetched, and the node that is away.
  expect(lacking).toBe(2);
  expect(notices).toEqual([
    expect.stringContaining("1 certificates of 440300 could not be fetched"),
    expect.stringContaining("node 440300 lacks 4 certificates of the archive"),
    expect.stringContaining("node 440700 cannot be compared with: PEER_AWAY"),
  ]);
});

test("a dry run counts what each node has and the archive has not, and compares nothing", async () => {
  const { parts, lacking } = await atProvince(true);
  expect(parts).toEqual([{ name: "certificates", total: 6, done: 6, restored: 6, failed: 0 }]);
  expect(lacking).toBe(0);
});
