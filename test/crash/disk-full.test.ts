import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { archiveEqual, replicated } from "../../ops/trial/links.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, USER } from "../../ops/trial/plan.ts";
import { isReady, until } from "../../ops/trial/ready.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { type Connector, Verdict } from "../../services/client/index.ts";
import type { Refusal } from "../../services/domain/refusal.ts";

const scjg = ISSUERS[0] as IssuingDepartment;
const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;

describe("a province in want: no room, no broker, no device", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-want-"));
  const data = join(directory, LINGHAI.code, "data");
  const mounted = mountSmallDisk(data);
  let trial: Trial;
  let issuer: Connector;
  let user: Connector;

  beforeAll(async () => {
    trial = await startTrial({ directory, layout: "one", store: { engine: "sqlite" } });
    issuer = connect(trial, scjg.appKey, trial.cores.linghai);
    user = connect(trial, USER.appKey, trial.cores.pengwan);
  });
  afterAll(async () => {
    issuer?.close();
    user?.close();
    await trial?.stop();
    if (mounted) execFileSync("umount", ["--lazy", data]);
    rmSync(directory, { recursive: true, force: true });
  });

  const issue = async (serial: string) => {
    await issuer.issuing.make(orderFrom(licence, serial));
    return issuer.issuing.issue(serial);
  };
  const verdict = async (identifier: string) =>
    (await user.use(contextFor(licence, "want", new Date())).verify(identifier)).verdict;

  /** Issues until it is refused. */
  async function issueUntilRefused(prefix: string) {
    const issued = new Map<string, Certificate>();
    for (let count = 0; count < 2_000; count++) {
      const serial = `${prefix}-${count}`;
      try {
        issued.set(serial, await issue(serial));
      } catch (error) {
        return { issued, serial, refusal: error as Refusal };
      }
    }
    throw new Error("nothing was refused");
  }

  /** What was refused for want of room left nothing that cannot go on, and what was acknowledged is as it was. */
  async function expectWhole({ issued, serial }: Awaited<ReturnType<typeof issueUntilRefused>>) {
    expect(issued.size).toBeGreaterThan(0);
    const left = await issuer.issuing.get({ businessSerial: serial }).catch((error: Refusal) => error.reason);
    const state = typeof left === "string" ? left : left.state;
    expect(["CERTIFICATE_UNKNOWN", CertificateState.MAKING, CertificateState.MADE]).toContain(state);
    for (const [known, { identifier, pdfSha256 }] of issued) {
      const again = await issuer.issuing.issue(known);
      expect([again.identifier, again.pdfSha256, again.state]).toEqual([
        identifier,
        pdfSha256,
        CertificateState.ISSUED,
      ]);
    }
    const [first] = issued.values();
    expect(await verdict(first?.identifier ?? "")).toBe(Verdict.VALID);
    const database = new DatabaseSync(join(data, "store", "issue.sqlite"), { readOnly: true });
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
    return typeof left === "string" ? undefined : left.identifier;
  }

  async function expectEqualArchives() {
    await replicated(trial, trial.cores.linghai, 60_000);
    expect(await archiveEqual(trial, trial.cores.linghai)).toMatchObject({ equal: true, repaired: 0n });
  }

  test("a store at its upper size refuses typed, loses nothing, and goes on when the limit is lifted", async () => {
    await issue("limit-before");
    const size = statSync(join(data, "store", "issue.sqlite")).size;
    await restartCore(trial, { engine: "sqlite", maximumBytes: size + 400_000 });
    const outcome = await issueUntilRefused("limit");
    expect(outcome.refusal).toMatchObject({ reason: "STORE_FULL", retryAfterMs: expect.any(Number) });
    const left = await expectWhole(outcome);

    await restartCore(trial, { engine: "sqlite" });
    const certificate = await issue(outcome.serial);
    expect(certificate.state).toBe(CertificateState.ISSUED);
    if (left !== undefined) expect(certificate.identifier).toBe(left);
    await expectEqualArchives();
  }, 120_000);

  test.skipIf(!mounted)(
    "a full disk refuses typed, loses nothing, and issuing goes on by itself once there is room",
    async () => {
      const ballast = join(data, "ballast");
      fill(ballast, 4 << 20);
      const outcome = await issueUntilRefused("disk");
      expect(outcome.refusal).toMatchObject({ reason: "STORE_FULL", retryAfterMs: expect.any(Number) });
      // Reading must go on even with no room for a single octet more.
      fill(`${ballast}-2`, 0);
      const left = await expectWhole(outcome);
      rmSync(ballast);
      rmSync(`${ballast}-2`);
      const certificate = await issue(outcome.serial);
      if (left !== undefined) expect(certificate.identifier).toBe(left);
      await expectEqualArchives();
    },
    120_000,
  );

  test("4.6.2 while the broker is away issuing goes on and events wait; they arrive when it is back", async () => {
    await expectEqualArchives();
    const { linghai } = trial.cores;
    const links = trial.operators.get(LINGHAI.code)?.client(LinkService, linghai.mesh.sync?.[0] ?? "");
    await trial.brokers.get(LINGHAI.code)?.kill();
    const serials = ["broker-1", "broker-2", "broker-3"];
    for (const serial of serials) expect((await issue(serial)).state).toBe(CertificateState.ISSUED);
    await until("the link tells what waits", async () => {
      const [link] = (await links?.getLinks({}))?.links ?? [];
      return link !== undefined && !link.connected && link.pending === BigInt(serials.length);
    });
    await trial.restartBroker(LINGHAI.code);
    await expectEqualArchives();
  }, 120_000);

  test("while the device is away issuing is refused typed and nothing is lost; the same call issues when it is back", async () => {
    const agent = trial.agents.get(scjg.agent);
    const tokens = join(agent?.files.directory ?? "", "tokens");
    await issuer.issuing.make(orderFrom(licence, "device-1"));
    renameSync(tokens, `${tokens}-away`);
    mkdirSync(tokens);
    const once = connect(trial, scjg.appKey, trial.cores.linghai, undefined, { attempts: 1 });
    await until("the agent has noticed", async () => !(await isReady(agent?.files.admin ?? "")));
    const refused = await once.issuing.issue("device-1").catch((error: Refusal) => error);
    expect(refused).toMatchObject({ reason: "DEVICE_AWAY", retryAfterMs: expect.any(Number) });
    expect((await once.issuing.get({ businessSerial: "device-1" })).state).toBe(CertificateState.MADE);
    once.close();
    rmSync(tokens, { recursive: true });
    renameSync(`${tokens}-away`, tokens);
    await until("the device is back", () => isReady(agent?.files.admin ?? ""));
    expect((await issuer.issuing.issue("device-1")).state).toBe(CertificateState.ISSUED);
  }, 120_000);
});

/** Starts the city's core again with another store configuration. */
async function restartCore(trial: Trial, store: object): Promise<void> {
  const [process] = trial.cores.linghai.processes;
  const file = process?.configFile ?? "";
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), store }));
  const running = trial.programs.get(`${LINGHAI.code}/core`);
  await running?.stop();
  await running?.restart();
  const agent = trial.agents.get(scjg.agent);
  await until("the agent has come back to the core", () => isReady(agent?.files.admin ?? ""));
}

/** A disk of 64 MiB in memory, where this process may mount one. */
function mountSmallDisk(path: string): boolean {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Fills a disk but for so many bytes. */
function fill(path: string, butFor: number): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  writeFileSync(path, Buffer.alloc(Math.max(bavail * bsize - butFor, 0)));
}
