import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JOURNAL_NAME } from "../../agent/memory.ts";
import { connect, contextFor, originKey } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { replicated } from "../../ops/trial/links.ts";
import { type IssuingDepartment, USER } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { OpeningHaltKind } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { type Connector, Verdict } from "../../services/client/index.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { type AcceptanceScene, type Level, openAcceptance, PATIENT } from "./acceptance-scene.ts";

const LEVELS = ["province", "city"] as const;
const denied = { reason: "PERMISSION_DENIED" };
const YESTERDAY = addDays(shanghaiDay(new Date()), -1);

/** Lines of a chain of evidence that tell of a certificate. */
async function linesOf(directory: string, name: string, { identifier }: Certificate): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  await verifyJournal(directory, name, ({ kind, body }) => {
    if (body.identifier === identifier) found.push({ kind, ...body });
  });
  return found;
}

async function evidenceOf({ directory }: Core, certificate: Certificate): Promise<JsonObject[]> {
  const home = join(directory, "data", "evidence");
  const chains = readdirSync(home).map((chain) => linesOf(join(home, chain), "evidence", certificate));
  return (await Promise.all(chains)).flat();
}

/** Lines of the call log that tell of a certificate. */
function callsOf({ directory }: Core, { identifier }: Certificate): JsonObject[] {
  const calls = join(directory, "data", "calls");
  return readdirSync(calls)
    .flatMap((name) => readFileSync(join(calls, name), "utf8").split("\n"))
    .filter((line) => line.includes(identifier))
    .map((line) => JSON.parse(line));
}

/** The two ways by which a department issues, at province and city: by its own system, and by the unified acceptance system on its behalf. */
export function describeAcceptance(trialOf: () => Trial): void {
  describe("unified acceptance (统一申办受理)", () => {
    let trial: Trial;
    let scene: AcceptanceScene;
    let user: Connector;

    beforeAll(async () => {
      trial = trialOf();
      scene = await openAcceptance(trial);
      user = connect(trial, USER.appKey, trial.cores.pengwan, undefined, PATIENT);
    });
    afterAll(async () => {
      user?.close();
      await scene?.close();
    });

    const issue = async ({ issuing }: Connector, order: ReturnType<Level["order"]>) => {
      await issuing.make(order);
      return issuing.issue(order.businessSerial);
    };
    /** What another city's department finds of it. */
    const verdict = async ({ core, item }: Level, { identifier }: Certificate) => {
      if (core !== trial.cores.province) await replicated(trial, core);
      return (await user.use(contextFor(item, "SL-2", new Date())).verify(identifier)).verdict;
    };

    test.each(LEVELS)("5.6.2, 5.6.3: at the %s the department's own system makes and issues", async (at) => {
      const level = scene[at];
      const { core, department, own } = level;
      const issued = await issue(own, level.order("accept-own"));
      expect(issued).toMatchObject({ appKey: department.appKey, issuerCode: department.code });
      expect(await verdict(level, issued)).toBe(Verdict.VALID);
      const signing = (await evidenceOf(core, issued)).find(({ kind }) => kind === "certificate-signing");
      expect(signing).toMatchObject({ app: department.appKey });
      expect(signing).not.toHaveProperty("appDepartment");
    });

    test.each(LEVELS)(
      "5.6.1, 5.6.2, 5.6.3: at the %s the acceptance system makes and issues on its behalf; certificate, evidence, call log and journal name both",
      async (at) => {
        const level = scene[at];
        const { core, department, hall, agent } = level;
        const issued = await issue(level.acceptance, level.order("accept-1"));
        expect(issued).toMatchObject({
          state: CertificateState.ISSUED,
          appKey: hall.appKey,
          issuerCode: department.code,
        });
        const { metadata } = JSON.parse(new TextDecoder().decode(issued.message));
        expect(metadata).toMatchObject({ app: hall.appKey, issuer: { code: department.code, name: department.name } });
        expect(await verdict(level, issued)).toBe(Verdict.VALID);
        const both = { app: hall.appKey, appDepartment: hall.code, issuer: department.code };
        expect(await evidenceOf(core, issued)).toContainEqual(
          expect.objectContaining({ kind: "certificate-signing", originKey: `${hall.appKey}-1`, ...both }),
        );
        await expect
          .poll(() => callsOf(core, issued).map(({ caller, notes }) => ({ caller, notes })))
          .toContainEqual({
            caller: `app/${hall.appKey}`,
            notes: expect.objectContaining({ appDepartment: hall.code, issuer: department.code }),
          });
        expect(await linesOf(agent.journalDirectory, JOURNAL_NAME, issued)).toContainEqual(
          expect.objectContaining({ kind: "intended", app: hall.appKey, issuer: department.code }),
        );
      },
    );

    test.each(LEVELS)("5.6.3, 6.4.4.4: at the %s it uses certificates in the department's matter", async (at) => {
      const level = scene[at];
      const issued = await issue(level.acceptance, level.order("accept-used"));
      const session = level.acceptance.use(level.context());
      expect(await session.verify(issued.identifier)).toMatchObject({ verdict: Verdict.VALID });
      const { data, receipt } = await session.extract(issued.identifier, ["name"]);
      expect(data).toEqual({ name: level.item.example.data.name });
      expect(JSON.parse(receipt?.statementJson ?? "")).toMatchObject({
        ...{ app: level.hall.appKey, appDepartment: level.hall.code, department: level.department.code },
      });
      await expect(level.acceptance.use(level.context("ELSE")).verify(issued.identifier)).rejects.toMatchObject({
        reason: "MATTER_UNKNOWN",
      });
    });

    test.each(LEVELS)(
      "6.4.4.4: at the %s it issues for no department and no item that nobody has delegated",
      async (at) => {
        const level = scene[at];
        const { acceptance, department, beyond, hall } = level;
        const other = { ...department, code: hall.code };
        await expect(level.open(beyond.code)).rejects.toMatchObject({
          ...denied,
          fields: [{ field: "opening.app_key" }],
          localized: expect.stringContaining("申请委托办理"),
        });
        const make = (serial: string, ...what: [Level["item"], IssuingDepartment?]) =>
          acceptance.issuing.make(level.order(serial, ...what));
        await expect(make("accept-item", beyond)).rejects.toMatchObject(denied);
        await expect(make("accept-department", level.item, other)).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
        expect(await acceptance.issuing.get({ businessSerial: "accept-item" }).catch(({ reason }) => reason)).toBe(
          "CERTIFICATE_UNKNOWN",
        );
      },
    );

    test.each(LEVELS)(
      "5.9.4: at the %s the department's agent signs no item beyond its policy, whatever a core has opened",
      async (at) => {
        const level = scene[at];
        const { acceptance, beyond, item } = level;
        await level.delegate({ itemCodes: [item.code, beyond.code] });
        await level.open(beyond.code);
        await acceptance.issuing.make(level.order("accept-beyond", beyond));
        await expect(acceptance.issuing.issue("accept-beyond")).rejects.toMatchObject({
          reason: "POLICY_REFUSED",
          fields: [{ field: "metadata.itemCode", remedy: expect.stringContaining("delegates") }],
        });
        await level.delegate();
      },
    );

    test("5.9.4: nor for another unit of the same seal's host", async () => {
      const { city, superior } = scene;
      const [, street] = superior.units as [IssuingDepartment, IssuingDepartment];
      const file = superior.item;
      await city.delegate({ departmentCode: street.code, itemCodes: [file.code], matterCodes: [] });
      await city.open(file.code, street);
      await city.acceptance.issuing.make(city.order("accept-unit", file, street));
      await expect(city.acceptance.issuing.issue("accept-unit")).rejects.toMatchObject({
        reason: "POLICY_REFUSED",
        fields: [{ field: "metadata.issuer.code" }],
      });
      await city.delegate({ departmentCode: street.code, itemCodes: [], matterCodes: [] });
    });

    test.each(LEVELS)(
      "5.9.5: at the %s no key but its own is good for its orders, nor its own for the department's",
      async (at) => {
        const level = scene[at];
        const { core, department, hall } = level;
        const pem = (appKey: string) => readFileSync(originKey(trial.directory, appKey).privateKeyFile, "utf8");
        const fresh = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
        const tried = async (appKey: string, keyId: string, privateKeyPem: string) => {
          const connector = connect(trial, appKey, core, undefined, { origin: { keyId, privateKeyPem } });
          const outcome = connector.issuing.make(level.order("accept-key")).catch(({ reason }) => reason);
          return outcome.finally(() => connector.close());
        };
        const [ownKey, hallKey] = [`${department.appKey}-1`, `${hall.appKey}-1`];
        expect(await tried(hall.appKey, "unknown", fresh)).toBe("ORIGIN_KEY_UNKNOWN");
        expect(await tried(hall.appKey, hallKey, fresh)).toBe("ORIGIN_INVALID");
        // The department's app, pretending to be the acceptance system, and the other way round.
        expect(await tried(hall.appKey, ownKey, pem(department.appKey))).toBe("ORIGIN_INVALID");
        expect(await tried(department.appKey, hallKey, pem(department.appKey))).toBe("ORIGIN_INVALID");
        expect(await tried(department.appKey, hallKey, pem(hall.appKey))).toBe("ORIGIN_INVALID");
        await level.acceptance.issuing.make(level.order("accept-mine"));
        await expect(level.own.issuing.issue("accept-mine")).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
      },
    );

    test("6.4.4.2: one system of a superior department issues for each unit below, under the unit's own seal", async () => {
      const { superior, city } = scene;
      for (const [index, unit] of superior.units.entries()) {
        const issued = await issue(superior.connector, city.order(`superior-${index}`, superior.item, unit));
        expect(issued).toMatchObject({ issuerCode: unit.code, appKey: "440100-scj" });
        const { metadata } = JSON.parse(new TextDecoder().decode(issued.message));
        expect(metadata).toMatchObject({ seal: unit.seal, issuer: { name: unit.name, division: unit.division } });
        expect(await verdict({ ...city, item: superior.item }, issued)).toBe(Verdict.VALID);
      }
      // An app above needs no delegation, but each item is opened with it or not.
      const [unit] = superior.units;
      await expect(superior.connector.issuing.make(city.order("superior-else", city.item, unit))).rejects.toMatchObject(
        denied,
      );
    });

    test.each(LEVELS)(
      "5.9.4, 6.4.4.4: at the %s a delegation that ends stops what is made already, and each use, at once; what is out the department itself revokes",
      async (at) => {
        const level = scene[at];
        const { acceptance, item, department, hall } = level;
        await acceptance.issuing.make(level.order("accept-late"));
        const session = acceptance.use(level.context());
        const issued = await issue(acceptance, level.order("accept-before"));
        await level.delegate({ until: YESTERDAY });
        await expect(acceptance.issuing.issue("accept-late")).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
        await expect(acceptance.issuing.make(level.order("accept-later"))).rejects.toMatchObject({
          reason: "ITEM_NOT_OPENED",
        });
        await expect(session.list()).rejects.toMatchObject(denied);
        await expect(acceptance.issuing.revoke(issued.identifier, "受理撤销")).rejects.toMatchObject(denied);
        const revoked = await level.own.issuing.revoke(issued.identifier, "注销登记");
        expect(revoked).toMatchObject({ state: CertificateState.REVOKED, appKey: hall.appKey });
        const key = { itemCode: item.code, departmentCode: department.code, appKey: hall.appKey };
        const { opening } = await level.registry.getIssuingOpening(key);
        expect(opening?.halt).toMatchObject({ kind: OpeningHaltKind.WITHDRAWN, cause: "委托已终止" });
      },
    );
  });
}
