import { randomUUID } from "node:crypto";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { replicated } from "../../ops/trial/links.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, PENGWAN, PROVINCE, USER } from "../../ops/trial/plan.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { VolumeGroup } from "../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { type Connector, Verdict } from "../../services/client/index.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { type MovableClock, movableClock } from "../bad-inputs/movable-clock.ts";

const MARKET = (ISSUERS[0] as IssuingDepartment).code;
const TODAY = shanghaiDay(new Date());
const LONG = { timeout: 60_000, interval: 250 };
const HOUR_MS = 3_600_000;

describe("4.7 what cities do is counted at the city and at the province, over real processes and brokers", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-supervision-"));
  const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
  let trial: Trial;
  let clock: MovableClock;
  let issuer: Connector;
  let user: Connector;

  beforeAll(async () => {
    clock = movableClock(join(directory, "clock"));
    trial = await startTrial({
      ...{ directory, layout: "one", store: { engine: "sqlite" } },
      program: (shipped) => (shipped.name.endsWith("-core") ? clock.of(shipped) : shipped),
    });
    issuer = connect(trial, (ISSUERS[0] as IssuingDepartment).appKey, trial.cores.linghai);
    user = connect(trial, USER.appKey, trial.cores.pengwan);
  });
  afterAll(async () => {
    issuer?.close();
    user?.close();
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const supervisionOf = (core: Core, operator = core.node.code) => {
    const client = trial.operators.get(operator)?.client(SupervisionService, core.mesh.supervision?.[0] ?? "");
    if (!client) throw new Error("no such operator");
    return client;
  };
  /** Issued, used and refused of a department since yesterday, as a node tells. */
  async function volumes(core: Core, departmentCode: string) {
    const period = { from: addDays(TODAY, -1), to: addDays(TODAY, 1) };
    const { rows, knownSince } = await supervisionOf(core).getVolumes({
      ...{ period, departmentCode, group: VolumeGroup.DEPARTMENT },
    });
    const { issued = 0n, used = 0n, refused = 0n } = rows[0]?.volumes ?? {};
    return { told: `${issued} issued, ${used} used, ${refused} refused`, known: knownSince.map(({ node }) => node) };
  }
  const told = async (core: Core, department: string) => (await volumes(core, department)).told;
  const row = async (core: Core, departmentCode: string) =>
    (await supervisionOf(core).getRates({ departmentCode })).rows[0];

  async function issue(serial: string): Promise<string> {
    await issuer.issuing.make({ ...orderFrom(licence, serial), issueDate: TODAY });
    return (await issuer.issuing.issue(serial)).identifier;
  }
  /** A make and a use that are refused, and a use that is answered. */
  async function useAndRefuse(serial: string, identifier: string): Promise<void> {
    await expect(issuer.issuing.make({ ...orderFrom(licence, serial), itemCode: "GD-NONE" })).rejects.toThrow();
    const session = user.use(contextFor(licence, serial, new Date()));
    expect((await session.verify(identifier)).verdict).toBe(Verdict.VALID);
    await expect(session.verify("1.2.156.3005.2.none")).rejects.toThrow();
  }

  test("3.7, 3.8 certificates that are issued at a city stand in the rates and volumes of the city and of the province", async () => {
    // The city's list names who issues licences (3.6).
    const { code, division } = ISSUERS[0] as IssuingDepartment;
    const line = { itemCode: licence.code, target: division, departments: [code], from: TODAY };
    const lists = trial.operators.get(LINGHAI.code)?.client(ListService, trial.cores.linghai.mesh.catalog?.[0] ?? "");
    await lists?.setUpList({ change: { id: randomUUID(), division: LINGHAI.code, lines: [line] } });
    const identifier = await issue("supervised-1");
    await replicated(trial, trial.cores.linghai);
    await useAndRefuse("supervised-2", identifier);
    const { province, linghai } = trial.cores;
    for (const core of [linghai, province]) {
      await expect.poll(() => told(core, MARKET), LONG).toBe("1 issued, 0 used, 0 refused");
      await expect
        .poll(() => row(core, MARKET), LONG)
        .toMatchObject({ node: LINGHAI.code, figures: { listed: 1, synchronous: 1 } });
      expect((await row(core, MARKET))?.figures).toEqual((await row(linghai, MARKET))?.figures);
    }
  });

  test("4.2 a city tells of its own alone, and a node's operator is let in at no other node", async () => {
    const { province, pengwan } = trial.cores;
    expect(await row(pengwan, MARKET)).toBeUndefined();
    expect(await row(province, USER.code)).toMatchObject({ node: PENGWAN.code });
    const foreign = supervisionOf(province, PENGWAN.code).getRates({});
    await expect(foreign).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("6.2.6.2 a city whose broker is gone counts on, is told as silent since its last event, and its figures are completed when it is back", async () => {
    const { province, linghai } = trial.cores;
    await trial.brokers.get(LINGHAI.code)?.kill();
    const cutAt = new Date().toISOString();
    await issue("supervised-3");
    // Hours are told when they are over.
    await clock.set(4 * HOUR_MS);
    await expect.poll(() => told(linghai, MARKET), LONG).toBe("2 issued, 0 used, 1 refused");
    await expect.poll(() => told(province, USER.code), LONG).toMatch(/^0 issued, [12] used, [12] refused$/);
    const silent = async () => (await row(province, MARKET))?.silent ?? [];
    await expect.poll(silent, LONG).toMatchObject([{ node: LINGHAI.code }]);
    expect(((await silent())[0]?.lastEventAt ?? "").slice(0, 16) <= cutAt.slice(0, 16)).toBe(true);
    expect(await told(province, MARKET)).toBe("1 issued, 0 used, 0 refused");
    expect((await row(province, USER.code))?.silent).toEqual([]);
    await trial.restartBroker(LINGHAI.code);
    await expect.poll(() => told(province, MARKET), LONG).toBe("2 issued, 0 used, 1 refused");
    await expect.poll(silent, LONG).toEqual([]);
  });

  test("4.7 a node that begins to count has what was there before, counted once, and says since when it knows all", async () => {
    const { province, linghai } = trial.cores;
    const before = { rates: await row(province, MARKET), used: await told(province, USER.code) };
    for (const { node, directory: of } of [linghai, province]) {
      const running = trial.programs.get(`${node.code}/core`);
      await running?.stop();
      // Its store, and what marks how far the process has seen it.
      const files = globSync("data/{store/supervision.sqlite*,marks/supervision-*.json}", { cwd: of });
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) rmSync(join(of, file));
      await running?.restart();
    }
    for (const core of [linghai, province]) {
      const done = async () => (await supervisionOf(core).getCoverage({})).history.map(({ doneAt }) => doneAt !== "");
      await expect.poll(done, LONG).toEqual([true, true, true, true]);
      const known = core === linghai ? "2 issued, 0 used, 1 refused" : "2 issued, 0 used, 0 refused";
      await expect.poll(() => told(core, MARKET), LONG).toBe(known);
      expect((await volumes(core, MARKET)).known).toEqual([LINGHAI.code]);
    }
    await expect.poll(() => row(province, MARKET), LONG).toMatchObject({ figures: before.rates?.figures ?? {} });
    const { nodes } = await supervisionOf(province).getCoverage({});
    expect(nodes.map(({ node }) => node)).toEqual(expect.arrayContaining([PROVINCE.code, LINGHAI.code, PENGWAN.code]));
  });
});
