import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveEqual, replicated } from "../../ops/trial/links.ts";
import { LINGHAI, PENGWAN } from "../../ops/trial/plan.ts";
import type { Running } from "../../ops/trial/process.ts";
import { until } from "../../ops/trial/ready.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { acknowledgedByCity, type Load, startLoad } from "./run.ts";
import { RECOVERY_MS } from "./strikes.ts";

const SEED = Number(process.env.CRASH_SEED ?? 20_261_127);

/** The replicas that departments' systems meet: of the issuing city and of the city that uses. Killed in turn, as the seed shuffles them. */
const REPLICAS = [
  `${LINGHAI.code}/issue-a`,
  `${LINGHAI.code}/issue-b`,
  `${PENGWAN.code}/usage-a`,
  `${PENGWAN.code}/usage-b`,
];
const KILLS = Number(process.env.CRASH_KILLS_MESH ?? REPLICAS.length);

describe(`two replicas each of issue and usage: ${KILLS} kills of single ones, seed ${SEED}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-crash-mesh-"));
  let trial: Trial;
  let load: Load;

  beforeAll(async () => {
    const layouts = { [LINGHAI.code]: "mesh", [PENGWAN.code]: "mesh" } as const;
    trial = await startTrial({ directory, layout: "one", layouts, store: { engine: "sqlite" } });
    load = startLoad(trial, SEED, "as shipped");
  });
  afterAll(async () => {
    load?.close();
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test(
    "no call of a department's system fails while single replicas are killed",
    async () => {
      const next = seededNumbers(SEED);
      const bag: string[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        if (bag.length === 0) bag.push(...REPLICAS);
        const [replica = ""] = bag.splice(Math.floor(next() * bag.length), 1);
        const running = trial.programs.get(replica) as Running;
        await pause(next() * 500);
        const before = acknowledgedByCity(load);
        await running.kill();
        await until(
          "issuing goes on beside the replica that is away",
          () => acknowledgedByCity(load) > before,
          RECOVERY_MS,
        );
        await running.restart();
        if (replica.includes("issue")) await linkedToAgents(trial, replica);
      }
      expect(await load.finish()).toEqual([]);
      expect(Object.fromEntries(load.faults.met)).toEqual({});
      expect(load.user.wrong).toEqual([]);
      expect(load.user.counts.right).toBeGreaterThan(KILLS);
      expect(load.issuers.flatMap(({ contradictions }) => contradictions)).toEqual([]);
      expect(acknowledgedByCity(load)).toBeGreaterThan(KILLS);
    },
    RECOVERY_MS + 60_000 * KILLS,
  );

  test("4.6.2 all events were confirmed, and the archives are equal without a repair", async () => {
    for (const core of [trial.cores.linghai, trial.cores.edition]) {
      await replicated(trial, core, 60_000);
      expect(await archiveEqual(trial, core)).toMatchObject({ equal: true, repaired: 0n });
    }
  }, 120_000);
});

/** A replica that serves but has no agent yet could not stand in for the other one. */
async function linkedToAgents(trial: Trial, replica: string): Promise<void> {
  const { processes } = trial.cores.linghai;
  const admin = processes.find(({ name }) => replica.endsWith(name))?.admin;
  await until(
    `${replica} has both agents again`,
    async () => {
      const metrics = await (await fetch(`http://${admin}/metrics`)).text();
      return /^ecert_issue_agents\{[^}]*\} 2$/m.test(metrics);
    },
    RECOVERY_MS,
  );
}
