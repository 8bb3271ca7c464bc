import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TrialStore } from "../../ops/trial/core.ts";
import { replicated, toldLinks } from "../../ops/trial/links.ts";
import { EDITION, LINGHAI } from "../../ops/trial/plan.ts";
import { until } from "../../ops/trial/ready.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { Reason } from "../../services/domain/reason.ts";
import type { Acknowledged } from "../crash/load.ts";
import { acknowledgedByCity, confirmedSince, type Load, startLoad } from "../crash/run.ts";
import { type Account, takeAccount } from "./account.ts";
import { createCopies } from "./copies.ts";
import { deal } from "./deal.ts";
import { putBack } from "./put-back.ts";
import { openScene, type Scene } from "./scene.ts";
import { type Blow, type Copied, scheduleOf } from "./schedule.ts";

/** What to do, and for how long. The same seed deals the same blows in the same order. */
export interface ChaosOptions {
  seed: number;
  minutes: number;
  engine: TrialStore["engine"];
  /** The issuing city has two processes of every service. */
  pairs?: boolean;
  /** Leaves logs, stores and copies where they are. */
  keep?: boolean;
  say(line: string): void;
}

/** One blow that was dealt, and when the work went on. */
export interface Dealt {
  what: string;
  /** Milliseconds from its end until the work went on. */
  healedMs: number;
}

/** What came of a run. It is good where every list but `dealt` is empty. */
export interface ChaosReport extends Account {
  dealt: Dealt[];
  /** Contradictions that callers met while it ran. */
  met: string[];
}

/** Length of one stretch under load; behind each something is put back as an older copy. */
const STRETCH_MS = 60_000;
/** Milliseconds within which the work must go on once nothing is in its way any more. */
const HEALED_MS = 60_000;
/** As identifiers write the version of a certificate that replaces none. */
const FIRST_VERSION = "001";
/** Refusals that callers may be told beside those that a crash excuses. */
const EXCUSED: readonly Reason[] = [
  "STORE_FULL",
  "CLOCK_WRONG",
  "CLIENT_FAULT",
  "TIME_STAMP_AWAY",
  "RATE_EXCEEDED",
  "ORIGIN_STALE",
];

/** Runs chaos on a province of its own. Everything that it counts is counted outside of the processes that are struck. */
export async function chaos({
  seed,
  minutes,
  engine,
  pairs = false,
  keep: kept = false,
  say,
}: ChaosOptions): Promise<ChaosReport> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-chaos-"));
  const copiesDirectory = mkdtempSync(join(tmpdir(), "ecert-copies-"));
  const schedule = scheduleOf(seed, engine);
  const dealt: Dealt[] = [];
  const met: string[] = [];
  const ledger = new Map<string, Map<string, Acknowledged>>();
  const scene = await openScene(directory, engine, pairs);
  try {
    const copies = createCopies(scene, copiesDirectory);
    await copies.take();
    const end = performance.now() + minutes * 60_000;
    for (let stretch = 0; performance.now() < end; stretch++) {
      const load = startLoad(scene.trial, seed + stretch, "impatient", { prefix: `s${stretch}`, excused: EXCUSED });
      const until = Math.min(performance.now() + STRETCH_MS, end);
      const lanes = [
        dealAll(scene, load, schedule.near, until, (one) => note(one)),
        dealAll(scene, load, schedule.far, until, (one) => note(one)),
      ];
      await Promise.all(lanes);
      await load.finish();
      met.push(
        ...load.issuers.flatMap(({ contradictions }) => contradictions),
        ...load.user.wrong,
        ...load.faults.wrong,
      );
      keep(ledger, load);
      load.close();
      const what = schedule.copied();
      met.push(...(await olderCopy(scene, copies, what, ledger, note)));
      await copies.take();
    }
    return { dealt, met, ...(await takeAccount(scene, ledger)) };
  } finally {
    await scene.close().catch((error: unknown) => say(String(error)));
    if (kept) say(`left in ${directory}`);
    else for (const one of [directory, copiesDirectory]) rmSync(one, { recursive: true, force: true });
  }

  function note(one: Dealt): void {
    dealt.push(one);
    say(`${one.what}: work went on after ${(one.healedMs / 1_000).toFixed(1)} s`);
  }
}

/** Blows one after the other, each when the work has gone on after the one before. */
async function dealAll(
  scene: Scene,
  load: Load,
  draw: () => Blow,
  end: number,
  note: (one: Dealt) => void,
): Promise<void> {
  while (performance.now() < end) {
    const blow = draw();
    const what = `${blow.part} ${blow.deed}${blow.lasts > 0 ? ` for ${(blow.lasts / 1_000).toFixed(1)} s` : ""}`;
    await pause(blow.after);
    await deal(scene, blow);
    const healed = performance.now();
    const goneOn = await progress(scene, load, blow);
    const refused = new Map(load.faults.met);
    const went = await until(what, goneOn, HEALED_MS).then(
      () => true,
      () => false,
    );
    if (!went) {
      const { linghai, edition } = scene.trial.cores;
      const links = await Promise.all([linghai, edition].map((core) => toldLinks(scene.trial, core).catch(String)));
      const refusals = since(refused, load.faults.met);
      throw new Error(`work does not go on after: ${what}; refusals since: ${refusals}; links: ${links.join("; ")}`);
    }
    note({ what, healedMs: performance.now() - healed });
  }
}

function since(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string {
  return [...now].map(([reason, count]) => `${reason} ${count - (before.get(reason) ?? 0)}`).join(", ");
}

async function progress({ trial }: Scene, load: Load, { part }: Blow): Promise<() => Promise<boolean> | boolean> {
  if (part === "leaf" || part === "hub" || part === "province") return confirmedSince(trial);
  const before = acknowledgedByCity(load);
  return () => acknowledgedByCity(load) > before;
}

function keep(ledger: Map<string, Map<string, Acknowledged>>, { city, issuers }: Load): void {
  for (const issuer of issuers) {
    const node = city.includes(issuer) ? LINGHAI.code : EDITION.code;
    const known = ledger.get(node) ?? new Map<string, Acknowledged>();
    for (const [serial, one] of issuer.acknowledged) known.set(serial, one);
    ledger.set(node, known);
  }
}

async function olderCopy(
  scene: Scene,
  copies: ReturnType<typeof createCopies>,
  what: Copied,
  ledger: ReadonlyMap<string, ReadonlyMap<string, Acknowledged>>,
  note: (one: Dealt) => void,
): Promise<string[]> {
  for (const core of [scene.trial.cores.linghai, scene.trial.cores.edition])
    await replicated(scene.trial, core, 120_000);
  const ended = [...(ledger.get(LINGHAI.code)?.values() ?? [])]
    .filter(({ state }) => state !== CertificateState.ISSUED)
    .map(({ answer }) => answer.identifier);
  const begun = performance.now();
  const issued = [...(ledger.get(LINGHAI.code) ?? [])]
    .filter(([, { answer }]) => answer.identifier.split(".").at(-2) === FIRST_VERSION)
    .map(([serial, { answer }]) => [serial, answer.identifier] as const);
  const wrong = await putBack(scene, copies, what, { ended, issued });
  note({ what: `${what} put back as an older copy and brought forward`, healedMs: performance.now() - begun });
  return wrong;
}
