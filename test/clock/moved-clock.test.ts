import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { replicated } from "../../ops/trial/links.ts";
import { ISSUERS, LINGHAI, USER } from "../../ops/trial/plan.ts";
import type { Program } from "../../ops/trial/process.ts";
import { until } from "../../ops/trial/ready.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { type Connector, Verdict } from "../../services/client/index.ts";

const HOUR = 3_600_000;
const AGENT = ISSUERS[0]?.agent ?? "";

/** A province of real processes; the clocks of one city's core and of one agent can be set. */
describe("a host whose clock is set", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-clock-"));
  const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
  let trial: Trial;
  let office: Connector;
  let user: Connector;
  let serial = 0;
  const all: Certificate[] = [];

  const clockOf = (name: string) => join(directory, `${name}.clock`);
  const set = (name: string, aheadMs: number) => writeFileSync(clockOf(name), String(aheadMs));
  const core = `${LINGHAI.code}-core`;

  function movable(shipped: Program): Program {
    if (shipped.name !== core && !shipped.name.includes(AGENT)) return shipped;
    const name = shipped.name === core ? core : AGENT;
    set(name, 0);
    return {
      ...shipped,
      node: ["--import", join(import.meta.dirname, "moved-clock.ts"), ...(shipped.node ?? [])],
      env: { ...shipped.env, ECERT_TEST_CLOCK_FILE: clockOf(name) },
    };
  }

  /** One attempt; resolves to the certificate, or the reason of the refusal. */
  async function issued(): Promise<Certificate | string> {
    serial += 1;
    try {
      await office.issuing.make(orderFrom(licence, `clock-${serial}`));
      const certificate = await office.issuing.issue(`clock-${serial}`);
      all.push(certificate);
      return certificate;
    } catch (error) {
      return refusalFromError(error).reason;
    }
  }

  const refusedForClock = () => until("the refusal names the clock", async () => (await issued()) === "CLOCK_WRONG");
  const goesOn = () => until("certificates are issued", async () => typeof (await issued()) !== "string", 60_000);

  beforeAll(async () => {
    trial = await startTrial({ directory, layout: "one", store: { engine: "sqlite" }, program: movable });
    office = connect(trial, ISSUERS[0]?.appKey ?? "", trial.cores.linghai, undefined, { attempts: 1 });
    user = connect(trial, USER.appKey, trial.cores.pengwan, trial.cores.province);
  }, 300_000);
  afterAll(async () => {
    office?.close();
    user?.close();
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test.each([
    ["ahead", 2 * HOUR],
    ["back", -2 * HOUR],
  ])(
    "two hours %s makes nothing, serves on, and goes on when it is put right",
    async (_, by) => {
      await goesOn();
      const before = all.at(-1) as Certificate;
      // Waits for the province while the clock is moved: it is sent when the broker is back, and confirmed.
      await trial.brokers.get(LINGHAI.code)?.kill();
      await goesOn();
      set(core, by);
      await refusedForClock();
      const admin = trial.cores.linghai.processes[0]?.admin;
      const readyz = async () => (await fetch(`http://${admin}/readyz`)).text();
      await until("the operator is told", async () => /clock: the clock of this host is 7\d{3} s/.test(await readyz()));
      await trial.restartBroker(LINGHAI.code);
      await replicated(trial, trial.cores.linghai, 60_000);
      const { verdict } = await user.use(contextFor(licence, `clock-${serial}`, new Date())).verify(before.identifier);
      expect(verdict).toBe(Verdict.VALID);
      set(core, 0);
      await goesOn();
    },
    240_000,
  );

  test("and whatever was issued meanwhile bears a time that was right", () => {
    expect(all.length).toBeGreaterThan(3);
    const off = all.filter(({ issuedAt }) => Math.abs(Date.parse(issuedAt) - Date.now()) > HOUR);
    expect(off.map(({ identifier }) => identifier)).toEqual([]);
  });

  test("at a department signs nothing until it is put right", async () => {
    set(AGENT, 2 * HOUR);
    await refusedForClock();
    set(AGENT, 0);
    await goesOn();
  }, 120_000);
});
