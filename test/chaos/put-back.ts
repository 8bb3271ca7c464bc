import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, PROVINCE, USER } from "../../ops/trial/plan.ts";
import { until } from "../../ops/trial/ready.ts";
import { Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { Verdict } from "../../services/client/index.ts";
import { AGENT } from "../crash/targets.ts";
import type { Copies } from "./copies.ts";
import type { Scene } from "./scene.ts";
import type { Copied } from "./schedule.ts";

/** What an older copy must neither make anybody believe nor give to anybody else. */
export interface ChangedSince {
  /** Certificates of the city that are no longer in force, the last ones at the end. */
  ended: readonly string[];
  /** First versions that the city has issued: identifiers by business serial, the last ones at the end. */
  issued: readonly (readonly [serial: string, identifier: string])[];
}

/** How many of each are looked at. */
const LOOKED_AT = 5;

/** Milliseconds until a node that was started from an older copy must know it. */
const KNOWN_MS = 30_000;
const RECOVERED_MS = 180_000;

/**
 * Starts a part from an older copy of itself, sees that it gives out nothing, and brings it forward as an operator would. Resolves to
 * what was wrong, in words.
 */
export async function putBack(scene: Scene, copies: Copies, what: Copied, since: ChangedSince): Promise<string[]> {
  if (what === "agent") return agentPutBack(scene, copies);
  const wrong: string[] = [];
  const node = what === "province" ? PROVINCE.code : LINGHAI.code;
  const running = what === "province" ? [scene.province] : scene.cores;
  await Promise.all(running.map((one) => one.stop()));
  await copies.putBack(what);
  if (what === "city's store") wrong.push(...(await refusedByItsMark(scene)));
  else await Promise.all(running.map((one) => one.restart()));

  const standing = scene.standingOf(node);
  const at = async (wanted: Standing) => (await standing.getStanding({ waitMs: 5_000 })).standing === wanted;
  await until(`${what} knows that it is an older copy`, () => at(Standing.BEHIND), KNOWN_MS);
  if (what !== "province") wrong.push(...(await nothingGoesOut(scene, since)));
  await standing.startRecovery({});
  await until(
    `${what} was brought forward`,
    async () => {
      const { recovery } = await standing.getRecovery({});
      if (!recovery?.endedAt) return false;
      if (recovery.failure) wrong.push(`recovery of ${what}: ${recovery.failure}`);
      for (const { name, failed } of recovery.parts)
        if (failed > 0n) wrong.push(`recovery of ${what}: ${failed} ${name} failed`);
      return true;
    },
    RECOVERED_MS,
  );
  await until(`${what} is level again`, () => at(Standing.LEVEL), KNOWN_MS);
  return [...wrong, ...(await sameAgain(scene, since))];
}

/** An order that was answered before the copy was put back gets the same certificate again. */
async function sameAgain({ trial }: Scene, { issued }: ChangedSince): Promise<string[]> {
  const wrong: string[] = [];
  const [department] = ISSUERS as readonly IssuingDepartment[];
  const licence = readCatalogFiles().find(({ name }) => name === department?.certificates[0]);
  if (!department || !licence) return ["the trial has no department"];
  const issuer = connect(trial, department.appKey, trial.cores.linghai);
  for (const [serial, identifier] of issued.slice(-LOOKED_AT)) {
    const again = await issuer.issuing.make(orderFrom(licence, serial)).then(
      (certificate) => certificate.identifier,
      (error: unknown) => refusalFromError(error).reason,
    );
    if (again !== identifier) wrong.push(`${serial} was ${identifier}, and its order is answered with ${again}`);
  }
  issuer.close();
  return wrong;
}

/** A store that is older than the data directory beside it is refused before anything is served; then a person decides. */
async function refusedByItsMark({ cores, trial }: Scene): Promise<string[]> {
  const starts = await Promise.allSettled(cores.map((core) => core.restart()));
  const started = starts.some(({ status }) => status === "fulfilled");
  const told = cores.every(({ logFile }) => readFileSync(logFile, "utf8").slice(-20_000).includes("older copy"));
  rmSync(join(trial.directory, LINGHAI.code, "data", "marks"), { recursive: true, force: true });
  await Promise.all(cores.map((core) => core.restart()));
  if (started) return ["a core was started over a store that is older than its data directory"];
  return told ? [] : ["a core that was refused does not say that its store is an older copy"];
}

async function nothingGoesOut({ trial }: Scene, { ended }: ChangedSince): Promise<string[]> {
  const wrong: string[] = [];
  const [department] = ISSUERS as readonly IssuingDepartment[];
  const files = readCatalogFiles();
  const licence = files.find(({ name }) => name === department?.certificates[0]) ?? files[0];
  if (!department || !licence) return ["the trial has no department"];
  const issuer = connect(trial, department.appKey, trial.cores.linghai, undefined, { attempts: 1 });
  const user = connect(trial, USER.appKey, trial.cores.pengwan, trial.cores.province);
  try {
    const refusal = await issuer.issuing.make(orderFrom(licence, `behind-${Date.now()}`)).then(
      () => undefined,
      (error: unknown) => refusalFromError(error).reason,
    );
    if (refusal !== "NODE_BEHIND")
      wrong.push(`a node that is behind answered an order with ${refusal ?? "a certificate"}`);
    const session = user.use(contextFor(licence, "older-copy", new Date()));
    for (const identifier of ended.slice(-LOOKED_AT)) {
      let verdict: Verdict | undefined;
      await until(`another city tells what became of ${identifier}`, async () => {
        ({ verdict } = await session.verify(identifier));
        return true;
      });
      if (verdict === Verdict.VALID) wrong.push(`${identifier} is not in force, and was verified as valid`);
    }
  } finally {
    issuer.close();
    user.close();
  }
  return wrong;
}

/** An agent whose journal was put back signs nothing until a person has decided. */
async function agentPutBack({ trial, agent }: Scene, copies: Copies): Promise<string[]> {
  const wrong: string[] = [];
  const [department] = ISSUERS as readonly IssuingDepartment[];
  const files = trial.agents.get(AGENT)?.files;
  const licence = readCatalogFiles().find(({ name }) => name === department?.certificates[0]);
  if (!department || !files || !licence) return ["the trial has no agent"];
  await agent.stop();
  await copies.putBack("agent");
  // It says that it is not ready, so its start never ends by itself.
  const starting = agent.restart().catch(() => {});
  const issuer = connect(trial, department.appKey, trial.cores.linghai, undefined, { attempts: 1 });
  const serial = `journal-${Date.now()}`;
  try {
    await issuer.issuing.make(orderFrom(licence, serial));
    await until(
      "the agent refuses to sign with an older journal",
      async () => {
        const reason = await issuer.issuing.issue(serial).then(
          () => "SIGNED",
          (error: unknown) => refusalFromError(error).reason,
        );
        if (reason === "SIGNED") wrong.push("an agent with an older journal has signed");
        return reason === "JOURNAL_BEHIND" || reason === "SIGNED";
      },
      KNOWN_MS,
    );
    // The core knows it from the hello already. What a person decides on is what the agent has heard from a core.
    await until("the agent knows it, too", () => saysBehind(files.admin), KNOWN_MS);
    await agent.kill();
    await starting;
    const accept = ["agent/main.ts", "journal", "accept", "--config", files.configFile, "--reason", "试验"];
    const { status, stderr } = spawnSync(process.execPath, accept, { encoding: "utf8" });
    if (status !== 0) wrong.push(`journal accept: ${stderr}`);
    await agent.restart();
    await until("the agent signs again", () =>
      issuer.issuing.issue(serial).then(
        () => true,
        () => false,
      ),
    );
  } finally {
    issuer.close();
  }
  return wrong;
}

async function saysBehind(admin: string): Promise<boolean> {
  const answer = await fetch(`http://${admin}/metrics`, { signal: AbortSignal.timeout(2_000) });
  return /^ecert_agent_journal_behind(\{.*\})? 1$/m.test(await answer.text());
}
