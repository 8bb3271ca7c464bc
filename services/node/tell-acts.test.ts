import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { openEvidence } from "../journal/evidence.ts";
import { type TellActs, tellActs } from "./tell-acts.ts";

const LOG = { debug() {}, info() {}, warn() {}, error() {} };

interface Asked {
  lines?: { n: bigint; kind: string; bodyJson: string }[];
  after?: bigint;
  head?: { n: bigint; hash: string };
  restarts?: boolean;
}

/** A keeper as the contract describes it, in memory. */
function openKeeper() {
  let place = { n: 0n, hash: "" };
  const kept = new Map<string, string>();
  return {
    kept,
    isAway: false,
    calls: 0,
    /** Its store goes back. */
    forget() {
      place = { n: 0n, hash: "" };
      kept.clear();
    },
    async takeActs({ lines = [], after = 0n, head, restarts }: Asked) {
      this.calls += 1;
      if (this.isAway) throw new Refusal("PEER_AWAY", "the keeper is away");
      if (head && (restarts || place.n === after)) {
        for (const { n, kind, bodyJson } of lines) kept.set(`${n}`, `${kind} ${bodyJson}`);
        place = head;
      }
      return place;
    },
  };
}

/** Evidence on disk of a process that tells it. */
async function open(keeper: ReturnType<typeof openKeeper>, directory = mkdtempSync(join(tmpdir(), "ecert-acts-"))) {
  const stop = new AbortController();
  let acts: TellActs | undefined;
  const call = () => ({ id: "call", by: "staff/a" });
  const evidence = await openEvidence(directory, { now: () => new Date(), call, onEntry: (entry) => acts?.add(entry) });
  const start = () => {
    acts = tellActs({ directory, stream: "a", client: () => keeper as never, log: LOG as never, signal: stop.signal });
  };
  async function close() {
    stop.abort();
    await acts?.ended;
    await evidence.close();
  }
  onTestFinished(async () => {
    await close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { append: (kind: string) => evidence.append(kind, { kind }), start, close, directory };
}

const PATIENT = { timeout: 10_000, interval: 20 };
const told = (keeper: ReturnType<typeof openKeeper>) => [...keeper.kept.keys()].map(Number);

test("5.9.5: what a process did is told from the first line on, with for whom, and announcements are left out", async () => {
  const keeper = openKeeper();
  const { append, start } = await open(keeper);
  await append("certificate-signing");
  await append("certificate-signed");
  start();
  await expect.poll(() => told(keeper), PATIENT).toEqual([2]);
  await append("paper-put");
  await expect.poll(() => told(keeper), PATIENT).toEqual([2, 3]);
  expect(keeper.kept.get("3")).toBe('paper-put {"kind":"paper-put","call":{"id":"call","by":"staff/a"}}');
});

test("a process that was started again goes on where it stopped, and tells all again to a keeper that went back", async () => {
  const keeper = openKeeper();
  const first = await open(keeper);
  await first.append("paper-put");
  first.start();
  await expect.poll(() => told(keeper), PATIENT).toEqual([1]);
  await first.close();
  const second = await open(keeper, first.directory);
  await second.append("paper-put");
  keeper.kept.clear();
  second.start();
  await expect.poll(() => told(keeper), PATIENT).toEqual([2]);
  keeper.forget();
  await second.append("paper-put");
  await expect.poll(() => told(keeper), PATIENT).toEqual([1, 2, 3]);
});

test("a journal that was begun anew is told as a whole to a keeper that knew another one", async () => {
  const keeper = openKeeper();
  await keeper.takeActs({ head: { n: 1n, hash: "of another journal" } });
  const { append, start } = await open(keeper);
  await append("paper-put");
  await append("paper-put");
  start();
  await expect.poll(() => told(keeper), PATIENT).toEqual([1, 2]);
});

test("a keeper that is away holds up nothing, and misses nothing", async () => {
  const keeper = openKeeper();
  keeper.isAway = true;
  const { append, start } = await open(keeper);
  start();
  await expect.poll(() => keeper.calls, PATIENT).toBe(1);
  await append("paper-put");
  keeper.isAway = false;
  await expect.poll(() => told(keeper), PATIENT).toEqual([1]);
});
