import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromJson } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { archiveEqual, replicated } from "../../ops/trial/links.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, PROVINCE, USER } from "../../ops/trial/plan.ts";
import type { Running } from "../../ops/trial/process.ts";
import { until as within } from "../../ops/trial/ready.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { RecoverySchema, Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { several } from "../../services/base/several.ts";
import { type Connector, Verdict } from "../../services/client/index.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import { SET_ASIDE } from "../../services/event/set-aside-row.ts";
import { repeated, storedCertificates, storeOf } from "../crash/left.ts";
import {
  type Acknowledged,
  coldCopy,
  countsOf,
  ecert,
  issueMany,
  type Ledger,
  LICENCE,
  replace,
  standingOf,
} from "./older-city.ts";

const STORE = { engine: "sqlite" } as const;
const department = ISSUERS[0] as IssuingDepartment;
const LATE = 60;
/** Generous: a machine that does other things too is slow. */
const until = (what: string, condition: () => Promise<boolean>) => within(what, condition, 120_000);

describe("4.6.2 a city is started from an older copy of itself", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecert-recovery-"));
  /** What departments were told before the copy was taken, and behind it. */
  const early: Ledger = new Map();
  const late: Ledger = new Map();
  let trial: Trial;
  let city: Trial["cores"]["linghai"];
  let issuer: Connector;
  let user: Connector;
  const secrets = { old: "", new: "" };

  const programOf = (node: string) => trial.programs.get(`${node}/core`) as Running;
  const program = () => programOf(LINGHAI.code);
  const provinceProgram = () => programOf(PROVINCE.code);
  const nth = (ledger: Ledger, index: number) => [...ledger.values()][index] as Acknowledged;
  const verdictOf = async ({ answer }: Acknowledged) =>
    (await user.use(contextFor(LICENCE, randomUUID(), new Date())).verify(answer.identifier)).verdict;
  const connected = (secret: string) => {
    issuer?.close();
    const known = new Map([[department.appKey, secret]]);
    issuer = connect({ ...trial, secrets: known }, department.appKey, city);
  };
  const registry = () => trial.operators.get(LINGHAI.code)?.client(RegistryService, city.mesh.catalog?.[0] ?? "");
  const apps = () => trial.operators.get(LINGHAI.code)?.client(AppService, city.mesh.identity?.[0] ?? "");

  beforeAll(async () => {
    trial = await startTrial({ directory, layout: "one", store: STORE });
    city = trial.cores.linghai;
    secrets.old = trial.secrets.get(department.appKey) ?? "";
    connected(secrets.old);
    user = connect(trial, USER.appKey, trial.cores.pengwan);
    await issueMany(issuer, early, "early", 12);
    await replicated(trial, city, 120_000);
    // Three events wait in the outbox of the copy, which the province gets from the original alone.
    await trial.brokers.get(LINGHAI.code)?.stop();
    await issueMany(issuer, early, "waiting", 3);
    await program().stop();
    coldCopy(city).take();
    await provinceProgram().stop();
    coldCopy(trial.cores.province).take();
    await provinceProgram().restart();
    await trial.restartBroker(LINGHAI.code);
    await program().restart();

    const scopes = ["issue.make", "issue.issue", "issue.read", "issue.change"];
    const app = { key: department.appKey, name: "审批系统", departmentCode: department.code, scopes };
    secrets.new = (await apps()?.putApp({ requestId: randomUUID(), app, rotateSecret: true }))?.secret ?? "";
    connected(secrets.new);
    const delegation = {
      appKey: department.appKey,
      departmentCode: department.code,
      since: "2026-01-01",
      itemCodes: [],
    };
    await trial.operators
      .get(LINGHAI.code)
      ?.client(OpeningService, city.mesh.catalog?.[0] ?? "")
      .putDelegation({ delegation });
    await issueMany(issuer, late, "late", LATE);
    for (const index of [0, 1]) {
      for (const one of [nth(early, index), nth(late, index)]) {
        await issuer.issuing.revoke(one.answer.identifier, "注销登记");
        one.state = CertificateState.REVOKED;
      }
    }
    await issuer.issuing.suspend(nth(early, 2).answer.identifier, "立案调查");
    nth(early, 2).state = CertificateState.SUSPENDED;
    await replace(issuer, late, nth(early, 3), "replaces-early");
    await replace(issuer, late, nth(late, 3), "replaces-late");
    await replicated(trial, city, 120_000);

    await program().stop();
    coldCopy(city).putBack();
    await program().restart();
    // The copy knows the old secret only.
    connected(secrets.old);
  }, 600_000);
  afterAll(async () => {
    issuer?.close();
    user?.close();
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test("before anything leaves it, both sides say that it is behind: it makes, issues, changes and registers nothing", async () => {
    const behind = { reason: "NODE_BEHIND" };
    await expect(issuer.issuing.make(orderFrom(LICENCE, "too-early"))).rejects.toMatchObject(behind);
    await expect(issuer.issuing.make(nth(late, 5).order)).rejects.toMatchObject(behind);
    await expect(issuer.issuing.revoke(nth(early, 5).answer.identifier, "x")).rejects.toMatchObject(behind);
    const unit = { code: USER.code, name: "另一单位", division: department.division };
    await expect(registry()?.putDepartment({ department: unit })).rejects.toMatchObject(behind);

    expect(await standingOf(trial, city).getStanding({})).toMatchObject({ standing: Standing.BEHIND });
    await until("the province says so, too", async () => {
      const { peers } = await standingOf(trial, trial.cores.province).getStanding({});
      return peers.some(({ node, peerStanding }) => node === LINGHAI.code && peerStanding === Standing.BEHIND);
    });
    const told = await ecert(trial, city, "standing");
    expect(told).toMatchObject({ code: 1, out: expect.stringContaining("落后") });
  });

  test("what was revoked since verifies as revoked in another city, by the archive", async () => {
    for (const one of [nth(early, 0), nth(late, 0)]) expect(await verdictOf(one)).toBe(Verdict.REVOKED);
  });

  test("a dry run tells what would be brought back, and changes nothing", async () => {
    const stored = async () => (await storedCertificates(trial, STORE, LINGHAI.code)).map(({ changes }) => changes);
    const before = await stored();
    const { code, out } = await ecert(trial, city, "recover", "--dry-run", "--json");
    const report = fromJson(RecoverySchema, JSON.parse(out));
    expect([code, report.failure]).toEqual([1, ""]);
    // New: 60 and two replacements. Later states: two revoked, one suspended, one superseded.
    expect(countsOf(report)).toMatchObject({
      certificates: [expect.any(Number), LATE + 2 + 4, 0],
      registry: [expect.any(Number), 0, 0],
      delegations: [1, 1, 0],
      drafts: [0, 0, 0],
      apps: [expect.any(Number), 1, 0],
      numbers: [1, 1, 0],
    });
    expect(report.neverLeft.join()).toContain("accounts of staff");
    expect(await stored()).toEqual(before);
    expect(report.standing).toBe(Standing.BEHIND);
  });

  test("killed in the middle of a recovery it is still behind; started again it goes on by itself from where it was, brings nothing back twice, and ends", async () => {
    const standing = standingOf(trial, city);
    const watching = ecert(trial, city, "recover");
    await until("some certificates are back, and not all", async () => {
      const { recovery } = await standing.getRecovery({});
      return recovery?.dryRun === false && (countsOf(recovery).certificates?.[1] ?? 0) >= 10;
    });
    const before = (await standing.getRecovery({})).recovery;
    await program().kill();
    expect((await watching).code).toBe(2);
    await program().restart();
    const { code, out, err } = await ecert(trial, city, "recover", "--watch");
    expect({ code, out, err }).toMatchObject({ code: 0, out: expect.stringContaining("齐平") });
    const { recovery } = await standing.getRecovery({});
    expect(recovery).toMatchObject({ startedAt: before?.startedAt, failure: "", notices: [] });
    expect(recovery?.resumedAt).not.toBe("");
    // What came back before the kill and behind it, each once.
    expect(countsOf(recovery).certificates).toEqual([expect.any(Number), LATE + 2 + 4, 0]);
    const [certificates] = recovery?.parts.filter(({ name }) => name === "certificates") ?? [];
    expect(certificates?.done).toBe(certificates?.total);
    expect(countsOf(recovery).registry).toEqual(countsOf(before).registry);
    expect((await ecert(trial, city, "standing")).code).toBe(0);
  });

  test("every certificate is back, byte for byte and in its state; the department's repeated order is the same call", async () => {
    // A token that was got by the old secret is refused as soon as every process has heard of it, within 5 seconds.
    const old = () =>
      issuer.issuing.get({ identifier: nth(early, 0).answer.identifier }).then(
        () => "answered",
        (error: Refusal) => error.reason,
      );
    await expect.poll(old, { timeout: 20_000 }).toMatch(/CREDENTIAL_REFUSED|TOKEN_REFUSED/);
    connected(secrets.new);
    await several([...early, ...late], 4, async ([serial, { order, replaces, answer, state }]) => {
      const { identifier, number, pdfSha256, issuedAt, messageCms } = answer;
      const { issuing } = issuer;
      const made = await (replaces === undefined ? issuing.make(order) : issuing.replace(replaces, order));
      expect(made, serial).toMatchObject({ identifier, number, state, pdfSha256, issuedAt, messageCms });
      expect(sha256Hex((await issuing.face(serial)).content), serial).toBe(pdfSha256);
    });
    await issuer.issuing.issue("replaces-early");
    const superseded = await issuer.issuing.get({ identifier: nth(early, 3).answer.identifier });
    expect(superseded.replacedBy).toBe(late.get("replaces-early")?.answer.identifier);
    for (const [index, verdict] of [
      Verdict.REVOKED,
      Verdict.REVOKED,
      Verdict.SUSPENDED,
      Verdict.SUPERSEDED,
      Verdict.VALID,
    ].entries())
      expect(await verdictOf(nth(early, index))).toBe(verdict);
  });

  test("it issues again: no identifier, number or event number twice, nothing set aside, both archives equal", async () => {
    await issueMany(issuer, late, "after", 10);
    await issuer.issuing.revoke(nth(early, 5).answer.identifier, "注销登记");
    await replicated(trial, city, 120_000);
    const all = [...early.values(), ...late.values()];
    const first = all.filter(({ replaces }) => replaces === undefined);
    expect(repeated(all.map(({ answer }) => answer.identifier))).toEqual([]);
    expect(repeated(first.map(({ answer }) => answer.number))).toEqual([]);
    expect(await archiveEqual(trial, city)).toMatchObject({ equal: true, repaired: 0n });
    const links = trial.operators.get(PROVINCE.code)?.client(LinkService, trial.cores.province.mesh.sync?.[0] ?? "");
    const link = (await links?.getLinks({}))?.links.find(({ node }) => node === LINGHAI.code);
    // A killed process may have sent a later event and not the one before it: that is noticed, and sent again (`replicated` waits for all).
    expect(link).toMatchObject({ setAside: 0n });
    expect((await standingOf(trial, trial.cores.province).listForks({})).forks).toEqual([]);
    for (const node of [PROVINCE.code, LINGHAI.code]) {
      const sync = await storeOf(trial, STORE, node, "sync");
      const setAside = await sync.collection(SET_ASIDE);
      expect(await setAside.count("place"), node).toBe(0);
      await sync.close();
    }
    for (const core of [city, trial.cores.province])
      expect(await standingOf(trial, core).getStanding({})).toMatchObject({ standing: Standing.LEVEL });
  });

  test("the province put back to an older copy is behind its nodes, and is brought forward by them", async () => {
    const { province } = trial.cores;
    await provinceProgram().stop();
    coldCopy(province).putBack();
    await provinceProgram().restart();
    const standing = standingOf(trial, province);
    await until("it is compared", async () => (await standing.getStanding({})).standing === Standing.BEHIND);
    expect(await ecert(trial, province, "recover")).toMatchObject({ code: 0, out: expect.stringContaining("齐平") });
    const { recovery } = await standing.getRecovery({});
    expect([recovery?.failure, recovery?.notices]).toEqual(["", []]);
    // How many the comparison at the start has brought back before is its own matter.
    expect(countsOf(recovery).certificates?.[2]).toBe(0);
    await issueMany(issuer, late, "last", 2);
    await replicated(trial, city, 120_000);
    expect(await archiveEqual(trial, city)).toMatchObject({ equal: true, repaired: 0n });
    await program().stop();
    for (const [index, verdict] of [Verdict.REVOKED, Verdict.REVOKED, Verdict.SUSPENDED].entries())
      expect(await verdictOf(nth(early, index))).toBe(verdict);
  });
});
