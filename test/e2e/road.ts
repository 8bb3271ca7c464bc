import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import type { TrialStore } from "../../ops/trial/core.ts";
import { signIn } from "../../ops/trial/holder.ts";
import { archiveEqual, replicated } from "../../ops/trial/links.ts";
import { memoryAlone, processesFrom } from "../../ops/trial/memory.ts";
import { ISSUERS, type IssuingDepartment, type Layout, USER } from "../../ops/trial/plan.ts";
import { releasedFields } from "../../ops/trial/seed.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { type Connector, FileFormat, LongTerm, Verdict } from "../../services/client/index.ts";
import { verifyOfd } from "../../services/document/ofd/verify-ofd.ts";
import { levelOfPdf } from "../../services/document/pdf/long-term.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { verifyPades } from "../../services/trust/pades.ts";
import { describeOneOrigin } from "./one-origin.ts";

/** Longest time of a call: a mesh of 26 processes on two cores, which other tests share, is slow at its first ones. */
const PATIENCE_MS = 30_000;

/** Everything that a certificate goes through, on real processes, for one layout and one store. */
export function describeRoad(layout: Layout, store: TrialStore): void {
  describe(`the road of a certificate, ${layout === "one" ? "one process per core" : "one process per service"}`, () => {
    let trial: Trial;
    let issuer: Connector;
    let user: Connector;
    const directory = mkdtempSync(join(tmpdir(), "ecert-road-"));
    const files = readCatalogFiles();
    const licence = files.find((file) => file.name === "营业执照") as CatalogFile;
    const scjg = ISSUERS[0] as IssuingDepartment;
    const use = (businessId: string) => user.use(contextFor(licence, businessId, new Date()));

    beforeAll(async () => {
      trial = await startTrial({ directory, layout, store, timeStamps: true, portal: true });
      issuer = connect(trial, scjg.appKey, trial.cores.linghai, undefined, { timeoutMs: PATIENCE_MS });
      user = connect(trial, USER.appKey, trial.cores.pengwan, trial.cores.province, {
        timeoutMs: PATIENCE_MS,
        failuresToSwitch: 1,
        probeIntervalMs: 200,
      });
    });
    afterAll(async () => {
      issuer?.close();
      user?.close();
      await trial?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    const issue = async (serial: string) => {
      await issuer.issuing.make(orderFrom(licence, serial));
      return issuer.issuing.issue(serial);
    };

    if (layout === "one" && store.engine === "sqlite" && process.platform === "linux") {
      test("idle, a core with all its services takes at most 350 MB, an agent with its driver 150 MB", async () => {
        const agents = [...trial.agents].map(([name, { running }]) => ({ name, running, allowed: 150 }));
        const cores = [...trial.programs].map(([name, running]) => ({ name, running, allowed: 350 }));
        const taken = () =>
          [...cores, ...agents].map(({ name, running, allowed }) => {
            return { name, megabytes: Math.round(memoryAlone(processesFrom(running.pid)) / 1e6), allowed };
          });
        // An agent's first start on a host compiles, and holds the compiler until it ends; from then on the code is kept.
        for (const { running } of trial.agents.values()) {
          await running.stop();
          await running.restart();
        }
        const over = () => taken().filter(({ megabytes, allowed }) => megabytes > allowed);
        await expect.poll(over, { timeout: 240_000, interval: 5_000 }).toEqual([]);
        console.info(
          taken()
            .map(({ name, megabytes }) => `idle ${name}: ${megabytes} MB`)
            .join("\n"),
        );
      }, 300_000);
    }

    test("4.4.4, 5.4.2 a department system makes and issues; repeated calls give the same certificate", async () => {
      const order = orderFrom(licence, "road-1");
      const made = await issuer.issuing.make(order);
      expect(made.state).toBe(CertificateState.MADE);
      expect((await issuer.issuing.make(order)).identifier).toBe(made.identifier);
      const issued = await issuer.issuing.issue("road-1");
      expect(issued).toMatchObject({ state: CertificateState.ISSUED, identifier: made.identifier });
      expect(await issuer.issuing.issue("road-1")).toMatchObject({ pdfSha256: issued.pdfSha256 });
      const face = await issuer.issuing.face("road-1");
      expect(createHash("sha256").update(face.content).digest("hex")).toBe(issued.pdfSha256);
      const other = { ...order, issueDate: "2026-01-02" };
      await expect(issuer.issuing.make(other)).rejects.toMatchObject({ reason: "SERIAL_REUSED" });
      // Many at once: each by itself.
      const told: unknown[] = [];
      for await (const one of issuer.issuing.makeMany([order, other])) {
        told.push(one.certificate?.identifier ?? one.refusal?.reason);
      }
      for await (const one of issuer.issuing.issueMany(["road-1", "road-nobody"])) {
        told.push(one.certificate?.identifier ?? one.refusal?.reason);
      }
      expect(told.toSorted()).toEqual(
        [made.identifier, made.identifier, "CERTIFICATE_UNKNOWN", "SERIAL_REUSED"].toSorted(),
      );
    });

    test("data message and PDF bear time stamps of the configured authority (PAdES and CAdES B-T)", async () => {
      const { message, messageCms } = await issue("road-stamped");
      const face = await issuer.issuing.face("road-stamped");
      const { files: authority } = trial.timeStamps as NonNullable<Trial["timeStamps"]>;
      const anchors = (file: string) => createTrustAnchors([readFileSync(file, "utf8")]);
      const options = { trust: anchors(trial.files.root), at: new Date() };
      const timeStamps = { trust: anchors(authority.rootFile) };
      for (const report of [
        verifyPades(face.content, { ...options, timeStamps }),
        verifyCms(messageCms, { content: message }, { ...options, timeStamps }),
      ]) {
        expect(report).toMatchObject({ ok: true, timeStamp: { ok: true } });
      }
    });

    test("the issuer's and the user's file can be had with data for decades (PAdES B-LT and B-LTA), the original in front", async () => {
      const { identifier } = await issue("road-long-term");
      const original = Buffer.from((await issuer.issuing.face("road-long-term")).content);
      await replicated(trial, trial.cores.linghai);
      const face = await issuer.issuing.face("road-long-term", LongTerm.LT);
      const { file } = await use("YW-long-term").fetch(identifier, FileFormat.PDF, LongTerm.LTA);
      const { files: authority } = trial.timeStamps as NonNullable<Trial["timeStamps"]>;
      const anchors = (path: string) => createTrustAnchors([readFileSync(path, "utf8")]);
      // By the authorities alone: what shows that nothing was revoked comes with the file.
      const options = {
        trust: anchors(trial.files.signing),
        timeStamps: { trust: anchors(authority.rootFile) },
        at: new Date(),
      };
      for (const [content, level] of [
        [face.content, "B-LT"],
        [file?.content ?? new Uint8Array(), "B-LTA"],
      ] as const) {
        expect(Buffer.from(content).subarray(0, original.length).equals(original)).toBe(true);
        expect(levelOfPdf(content, options)).toBe(level);
      }
    });

    test("4.6.2 the certificate reaches the province, and both archives are equal by digest", async () => {
      await issue("road-2");
      await replicated(trial, trial.cores.linghai);
      expect(await archiveEqual(trial, trial.cores.linghai)).toMatchObject({ equal: true });
    });

    test("5.7.4, 5.4.3 another city lists, verifies, extracts and fetches it with a usage code", async () => {
      const { identifier } = await issue("road-3");
      await replicated(trial, trial.cores.linghai);
      const session = use("case-3");
      const { certificates } = await session.list();
      expect(certificates.map((one) => one.identifier)).toContain(identifier);
      const verified = await session.verify(identifier);
      expect(verified).toMatchObject({ verdict: Verdict.VALID, standBy: false });
      const fields = releasedFields(licence);
      const { data } = await session.extract(identifier, fields);
      expect(Object.keys(data ?? {}).sort()).toEqual([...fields].sort());
      const { file } = await session.fetch(identifier, FileFormat.PDF);
      expect(Buffer.from(file?.content ?? []).equals((await issuer.issuing.face("road-3")).content)).toBe(true);
      // An OFD carries the data message, of which the matter may not see every item.
      const ofd = { reason: "USAGE_NOT_ALLOWED", fields: [{ field: "format" }] };
      await expect(session.fetch(identifier, FileFormat.OFD)).rejects.toMatchObject(ofd);
    });

    test("5.5.2, 5.9.5 the holder signs in at the portal, sees the certificate at the province and each use of it, and takes its file", async () => {
      const { linghai, pengwan, province } = trial.cores;
      const holder = await signIn(trial, "yunfan");
      const { certificates } = await holder.call(province, "listOwnCertificates");
      const [newest] = certificates;
      expect(newest).toMatchObject({ node: linghai.node.code, verdict: Verdict.VALID });
      const question = { identifier: newest?.identifier ?? "" };
      const { certificate, data } = await holder.call(province, "getOwnCertificate", question);
      expect([certificate, data?.name]).toEqual([newest, licence.example.holders[0]?.name]);
      const wanted = { ...question, format: "FILE_FORMAT_PDF" };
      const { file } = await holder.call(province, "fetchOwnFile", wanted);
      expect(file?.content).toEqual((await holder.call(linghai, "fetchOwnFile", wanted)).file?.content);
      const { uses } = await holder.call(pengwan, "listUses");
      expect(uses).toContainEqual(expect.objectContaining({ action: "extracted", departmentCode: USER.code }));
    });

    test("5.5.2, 5.7.4 the holder shows it at the province or at its city, and another city's officer redeems it, once (亮证)", async () => {
      const { identifier } = await issue("road-shown");
      const { linghai, province } = trial.cores;
      await replicated(trial, linghai);
      const holder = await signIn(trial, "yunfan");
      for (const at of [province, linghai]) {
        const shown = { identifier, fields: ["name"] };
        const { text, presentationId } = await holder.call(at, "createPresentation", shown);
        const { data, receipt, certificate } = await use("case-shown").redeem(text);
        expect([data, certificate?.verdict]).toEqual([{ name: licence.example.holders[0]?.name }, Verdict.VALID]);
        expect(receipt?.node).toBe(at.node.code);
        await expect(use("case-shown").redeem(text)).rejects.toMatchObject({ reason: "PRESENTATION_SPENT" });
        const { uses } = await holder.call(at, "listUses");
        const seen = { action: "presented", presentationId, departmentCode: USER.code, fields: ["name"] };
        expect(uses).toContainEqual(expect.objectContaining(seen));
      }
      const { presentationId } = await holder.call(province, "createPresentation", { identifier });
      await holder.call(province, "cancelPresentation", { presentationId });
    });

    test("5.5.2 another person sees none of it, and who is not identified by real name is refused", async () => {
      const { pengwan, province } = trial.cores;
      const other = await signIn(trial, "wangshili");
      expect((await other.call(province, "listOwnCertificates")).certificates).toEqual([]);
      expect((await other.call(pengwan, "listUses")).uses).toEqual([]);
      const guest = await signIn(trial, "guest");
      await expect(guest.call(province, "listOwnCertificates")).rejects.toThrow("TOKEN_REFUSED");
    });

    test("6.4.6.3 an OFD, which carries the data message, is fetched where the matter may see every data item", async () => {
      const permit = files.find((file) => file.name === "食品经营许可证") as CatalogFile;
      await issuer.issuing.make(orderFrom(permit, "road-3f"));
      const { identifier } = await issuer.issuing.issue("road-3f");
      await replicated(trial, trial.cores.linghai);
      const session = user.use(contextFor(permit, "case-3f", new Date()));
      const { file: ofd } = await session.fetch(identifier, FileFormat.OFD);
      const trust = createTrustAnchors([readFileSync(trial.files.root, "utf8")]);
      expect(verifyOfd(ofd?.content ?? new Uint8Array(), { trust, at: new Date() })).toMatchObject({ ok: true });
    });

    test("4.4, 5.9.4 suspended, resumed, replaced and revoked certificates are told as such in the other city at once", async () => {
      const { identifier, number } = await issue("road-4");
      const verdict = async (id: string) => (await use("case-4").verify(id)).verdict;
      await issuer.issuing.suspend(identifier, "暂扣");
      expect(await verdict(identifier)).toBe(Verdict.SUSPENDED);
      await issuer.issuing.resume(identifier, "发还");
      expect(await verdict(identifier)).toBe(Verdict.VALID);
      // The next version keeps the number, which the department signs again.
      await issuer.issuing.replace(identifier, { ...orderFrom(licence, "road-4b"), number });
      const next = await issuer.issuing.issue("road-4b");
      expect(next.version).toBe(2);
      expect(await verdict(identifier)).toBe(Verdict.SUPERSEDED);
      await issuer.issuing.revoke(next.identifier, "注销登记");
      expect(await verdict(next.identifier)).toBe(Verdict.REVOKED);
    });

    test("4.4 a made certificate can be discarded, an issued one cannot", async () => {
      await issuer.issuing.make(orderFrom(licence, "road-5"));
      expect((await issuer.issuing.discard("road-5", "录入错误")).state).toBe(CertificateState.DISCARDED);
      await issue("road-6");
      await expect(issuer.issuing.discard("road-6", "x")).rejects.toMatchObject({ reason: "STATE_CONFLICT" });
    });

    test("5.2.3 the department edition issues with its own device (RSA) and its certificate reaches the province", async () => {
      const marriage = files.find((file) => file.name === "结婚证") as CatalogFile;
      const edition = connect(trial, "44000001-mz", trial.cores.edition, undefined, { timeoutMs: PATIENCE_MS });
      await edition.issuing.make(orderFrom(marriage, "road-7"));
      expect((await edition.issuing.issue("road-7")).state).toBe(CertificateState.ISSUED);
      await replicated(trial, trial.cores.edition);
      expect(await archiveEqual(trial, trial.cores.edition)).toMatchObject({ equal: true });
      edition.close();
    });

    test("5.4.2 while the agent is away a certificate stays made; the same call issues it later", async () => {
      const agent = trial.agents.get(scjg.agent);
      await issuer.issuing.make(orderFrom(licence, "road-8"));
      await agent?.running.stop();
      const once = connect(trial, scjg.appKey, trial.cores.linghai, undefined, { attempts: 1, timeoutMs: PATIENCE_MS });
      const refused = await once.issuing.issue("road-8").catch((error) => error);
      expect(refused).toMatchObject({ reason: "AGENT_AWAY", retryAfterMs: expect.any(Number) });
      expect((await once.issuing.get({ businessSerial: "road-8" })).state).toBe(CertificateState.MADE);
      once.close();
      await agent?.running.restart();
      expect((await issuer.issuing.issue("road-8")).state).toBe(CertificateState.ISSUED);
    });

    if (layout === "mesh")
      describeOneOrigin(
        () => trial,
        async () => (await issue("road-11")).identifier,
      );

    // Which processes are away is a matter of the layout, not of the store: each layout meets outages on one engine.
    if ((layout === "one") !== (store.engine === "sqlite")) return;

    test("4.5.1, 5.4.1 when the user's city is down the connector moves to the province, and back", async () => {
      const { identifier } = await issue("road-9");
      await replicated(trial, trial.cores.linghai);
      const session = use("case-9");
      await session.list();
      const holder = await signIn(trial, "yunfan");
      const { pengwan } = trial.cores;
      await replicated(trial, pengwan);
      const programs = pengwan.processes.map(({ name }) => trial.programs.get(`${pengwan.node.code}/${name}`));
      await Promise.all(programs.map((program) => program?.kill()));
      expect((await session.verify(identifier)).verdict).toBe(Verdict.VALID);
      expect(session.place).toBe("standBy");
      const { text } = await holder.call(trial.cores.province, "createPresentation", { identifier, fields: ["name"] });
      expect((await session.redeem(text)).certificate).toMatchObject({ identifier, fields: ["name"] });
      await Promise.all(programs.map((program) => program?.restart()));
      await expect.poll(() => user.place, { timeout: 20_000 }).toBe("home");
      expect((await session.verify(identifier)).verdict).toBe(Verdict.VALID);
    });

    test("4.5.1 when the issuing city is down the province answers from its archive and says so, also of what is shown there", async () => {
      const { identifier } = await issue("road-10");
      await replicated(trial, trial.cores.linghai);
      const { linghai } = trial.cores;
      const programs = linghai.processes.map(({ name }) => trial.programs.get(`${linghai.node.code}/${name}`));
      const holder = await signIn(trial, "yunfan");
      await Promise.all(programs.map((program) => program?.kill()));
      const verified = await use("case-10").verify(identifier);
      const { text } = await holder.call(trial.cores.province, "createPresentation", { identifier, fields: ["name"] });
      const redeemed = await use("case-10").redeem(text);
      await Promise.all(programs.map((program) => program?.restart()));
      expect(redeemed).toMatchObject({ standBy: true, data: { name: licence.example.holders[0]?.name } });
      expect(verified).toMatchObject({ verdict: Verdict.VALID, standBy: true });
    });
  });
}
