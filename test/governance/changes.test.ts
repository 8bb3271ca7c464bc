import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { ChangeAction, ChangeKind, ChangeState } from "../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeService } from "../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { PaperKind } from "../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { RegistryDocument } from "../../services/catalog/stored/records.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { Role } from "../../services/domain/role.ts";
import type { Store } from "../../services/store/port.ts";
import { ITEM, type OpeningScene, openOpeningScene, STRANGER, sealOf, UNIT } from "../catalog/opening-scene.ts";
import { bothEngines, type Engine } from "../fixtures/engines.ts";
import { codeOf, type GovernanceHouse, openGovernanceHouse } from "../fixtures/governance-house.ts";
import { directClient } from "../fixtures/runtime.ts";
import { recordsOf } from "../fixtures/stored-records.ts";

const BODY = { department: codeOf("1"), division: "440000" };
const TODAY = "2026-11-30";
/** AppKey of a department: its code has capitals. */
const keyOf = (code: string) => `440000-${code.slice(-6).toLowerCase()}`;
const LATER = "2026-12-15";

describe.each(await bothEngines())(
  "changes of departments on $name, carried out in a real catalog",
  (engine: Engine) => {
    let opened: { store: Store; remove(): Promise<void> };
    let scene: OpeningScene;
    let house: GovernanceHouse;
    let decision = "";
    const closed: string[] = [];

    beforeAll(async () => {
      opened = await engine.open();
      scene = await openOpeningScene({ now: `${TODAY}T02:00:00Z` });
      const service = { kind: "service", node: "440000", name: "governance" } as const;
      const accounts = {
        listAccounts: ({ departmentCode: code }: { departmentCode: string }) => ({
          accounts: [`${code}-a`, `${code}-b`].map((id) => ({ id, disabled: closed.includes(id) })),
          nextPageToken: "",
        }),
        closeAccount: ({ id }: { id: string }) => void closed.push(id),
      };
      house = await openGovernanceHouse(opened.store, {
        [RegistryService.typeName]: directClient(scene.running, RegistryService, service) as never,
        [AppService.typeName]: directClient(scene.identity, AppService, service) as never,
        [AccountService.typeName]: accounts as never,
      });
      const given = {
        name: "批文.txt",
        mediaType: "text/plain",
        content: Buffer.from("批文"),
        kind: PaperKind.DECISION,
      };
      decision = (await house.as(PaperService, "asker", "implementer", BODY).putPaper(given)).paper?.sha256 ?? "";
    });
    afterAll(async () => {
      await house.close();
      await scene.close();
      await opened.remove();
    });

    /** A department with an app, a seal, a matter and an opening. */
    async function founded(tail: string): Promise<string> {
      const code = codeOf(tail);
      const key = keyOf(code);
      await registry().putDepartment({ department: { code, name: "分局", division: "440106" } });
      await registry().putApp({
        requestId: key,
        app: { key, name: "系统", departmentCode: code, scopes: ["issue.make"] },
      });
      await registry().putMatter({ matter: { code: `M-${code}`, name: "事项", departmentCode: code, appKeys: [key] } });
      const seals = await recordsOf(scene.runtime.store, "seal");
      const [{ value, ...row }] = [(await seals.get(`seal/440000/${sealOf(UNIT)}`)) as RegistryDocument];
      const own = { ...value, code: sealOf(code), departmentCode: code };
      await seals.insert({ ...row, _id: `seal/440000/${own.code}`, revision: 1, key: own.code, value: own });
      await registry().putIssuingOpening({ opening: scene.opening(code, key) });
      return code;
    }

    const as = (who: string, role: "implementer" | "administrator" = "implementer") =>
      house.as(ChangeService, who, role, BODY);
    const change = (id: string, members: object) => ({
      change: {
        id,
        effectiveOn: TODAY,
        papers: [{ kind: PaperKind.DECISION, sha256: decision }],
        ...members,
      },
    });
    const step = async (who: string, id: string, action: ChangeAction, remark = "") => {
      const revision = (await read(id))?.revision ?? 0;
      return as(who, who === "confirmer" ? "administrator" : "implementer").takeChangeStep({
        ...{ id, action, remark, revision },
      });
    };
    const read = async (id: string) => (await as("asker").getChange({ id })).change;
    async function confirmed(id: string, members: object): Promise<void> {
      await as("asker").putChange(change(id, members));
      await step("asker", id, ChangeAction.SUBMIT);
      await step("confirmer", id, ChangeAction.CONFIRM);
    }
    const waiting = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 20 });
    const done = (id: string) =>
      waiting(async () => expect(await read(id)).toMatchObject({ state: ChangeState.DONE, fault: "" }));
    const stages = async (id: string) => (await read(id))?.carried.map(({ stage, changed }) => [stage, changed]);
    const registry = () => scene.operator;
    const opening = (departmentCode: string) =>
      registry().getIssuingOpening({ itemCode: ITEM, departmentCode, appKey: keyOf(departmentCode) });

    test("one that is closed issues and uses nothing from its day on; seals, apps, matters and accounts end with it, and what it issued is not touched", async () => {
      const [code, other] = [await founded("201"), await founded("202")];
      await confirmed("CLOSE-1", { kind: ChangeKind.CLOSE, departmentCode: code });
      await done("CLOSE-1");
      const counts = { openings: 1, day: 0, seals: 1, units: 0, apps: 1, matters: 1, accounts: 2, department: 1 };
      expect(await stages("CLOSE-1")).toEqual(Object.entries(counts));
      expect((await opening(code)).opening?.closesOn).toBe("2026-11-29");
      expect((await opening(other)).opening?.closesOn).toBe("");
      expect((await registry().getSeal({ code: sealOf(code) })).seal?.unbound).toBe(true);
      expect((await registry().getSeal({ code: sealOf(other) })).seal?.unbound).toBe(false);
      expect((await registry().getMatter({ code: `M-${code}` })).matter?.disabled).toBe(true);
      expect((await registry().getApp({ key: keyOf(code) })).app?.disabled).toBe(true);
      expect(closed).toEqual([`${code}-a`, `${code}-b`]);
      await expect(scene.issuing(code, keyOf(code), TODAY)).rejects.toMatchObject({ reason: "DEPARTMENT_CLOSED" });
      const kinds = house.evidence
        .filter(({ body }) => body.code === "CLOSE-1")
        .map(({ kind, body }) => body.stage ?? body.action ?? kind);
      expect(kinds).toEqual(["change-put", "submit", "confirm", ...Object.keys(counts), "finish"]);
    });

    test("one that is merged gives units, matters and apps to its successor, whose apps change and revoke what was issued by them", async () => {
      const [code, successorCode, unit] = [await founded("211"), await founded("212"), codeOf("213")];
      await registry().putDepartment({
        department: { code: unit, name: "所", division: "440106", superiorCode: code },
      });
      await confirmed("MERGE-1", { kind: ChangeKind.MERGE, departmentCode: code, successorCode });
      await done("MERGE-1");
      expect((await registry().getDepartment({ code: unit })).department?.superiorCode).toBe(successorCode);
      const moved = { departmentCode: successorCode, disabled: false };
      expect((await registry().getMatter({ code: `M-${code}` })).matter).toMatchObject({
        ...moved,
        appKeys: [keyOf(code)],
      });
      expect((await registry().getApp({ key: keyOf(code) })).app).toMatchObject(moved);
      expect((await registry().getSeal({ code: sealOf(code) })).seal?.unbound).toBe(true);
      expect((await registry().getDepartment({ code })).department?.closed).toBe(true);
      expect((await opening(successorCode)).opening?.closesOn).toBe("");
      expect(closed.some((id) => id.startsWith(code))).toBe(false);
    });

    test("one that is renamed keeps all it has", async () => {
      const code = await founded("221");
      await confirmed("NAME-1", { kind: ChangeKind.RENAME, departmentCode: code, newName: "新分局" });
      await done("NAME-1");
      expect((await registry().getDepartment({ code })).department).toMatchObject({
        name: "新分局",
        division: "440106",
        closed: false,
      });
      expect((await opening(code)).opening?.closesOn).toBe("");
      expect((await registry().getSeal({ code: sealOf(code) })).seal?.unbound).toBe(false);
      expect((await registry().getApp({ key: keyOf(code) })).app?.disabled).toBe(false);
    });

    test("one that is split gives away what is named, and goes on with the rest", async () => {
      const [code, toCode] = [await founded("231"), await founded("232")];
      const transfer = { toCode, matterCodes: [`M-${code}`], itemCodes: [ITEM] };
      const split = { kind: ChangeKind.SPLIT, departmentCode: code, transfers: [transfer], effectiveOn: LATER };
      await confirmed("SPLIT-1", split);
      await waiting(async () => expect(await stages("SPLIT-1")).toEqual([["openings", 1]]));
      expect((await opening(code)).opening?.closesOn).toBe("2026-12-14");
      // Opened anew in between: on the day it is looked at again.
      await registry().putIssuingOpening({ opening: scene.opening(code, keyOf(code)) });
      house.setNow(`${LATER}T00:00:01+08:00`);
      onTestFinished(() => house.setNow(`${TODAY}T02:00:00Z`));
      const [waking, newName] = [await founded("233"), "他局四"];
      await confirmed("WAKE-3", { kind: ChangeKind.RENAME, departmentCode: waking, newName, effectiveOn: LATER });
      await done("SPLIT-1");
      expect((await opening(code)).opening?.closesOn).toBe("2026-12-14");
      const counts = [
        ["openings", 1],
        ["day", 0],
        ["openings", 1],
        ["units", 0],
        ["apps", 0],
        ["matters", 1],
      ];
      expect(await stages("SPLIT-1")).toEqual(counts);
      // Its app stays behind, and does nothing for another department.
      const given = (await registry().getMatter({ code: `M-${code}` })).matter;
      expect(given).toMatchObject({ departmentCode: toCode, appKeys: [] });
      expect((await registry().getApp({ key: keyOf(code) })).app).toMatchObject({
        departmentCode: code,
        disabled: false,
      });
      expect((await registry().getSeal({ code: sealOf(code) })).seal?.unbound).toBe(false);
      expect((await registry().getDepartment({ code })).department?.closed).toBe(false);
    });

    test("what cannot be carried out is told, and goes on at the stage where it stood; nothing is done twice", async () => {
      const [code, waking] = [await founded("241"), await founded("242")];
      const unbound = () => house.called.filter(({ method }) => method === "unbindSeal").length;
      const before = unbound();
      house.failing.set("putMatter", new Refusal("PEER_AWAY", "the catalog is away"));
      await confirmed("FAIL-1", { kind: ChangeKind.CLOSE, departmentCode: code });
      await waiting(async () => expect((await read("FAIL-1"))?.fault).toContain("the catalog is away"));
      expect((await stages("FAIL-1"))?.map(([stage]) => stage)).toEqual(["openings", "day", "seals", "units", "apps"]);
      house.failing.clear();
      await confirmed("WAKE-2", { kind: ChangeKind.RENAME, departmentCode: waking, newName: "他局三" });
      await done("FAIL-1");
      expect(unbound() - before).toBe(1);
    });

    test("what is confirmed for a later day has its openings end on the eve at once, and waits with all else", async () => {
      const [code, waking] = [await founded("251"), await founded("252")];
      await confirmed("LATER-1", { kind: ChangeKind.CLOSE, departmentCode: code, effectiveOn: LATER });
      await waiting(async () => expect(await stages("LATER-1")).toEqual([["openings", 1]]));
      expect((await opening(code)).opening?.closesOn).toBe("2026-12-14");
      expect((await registry().getSeal({ code: sealOf(code) })).seal?.unbound).toBe(false);
      house.setNow(`${LATER}T00:00:01+08:00`);
      onTestFinished(() => house.setNow(`${TODAY}T02:00:00Z`));
      const renamed = { kind: ChangeKind.RENAME, departmentCode: waking, newName: "他局二", effectiveOn: LATER };
      await confirmed("WAKE-1", renamed);
      await done("LATER-1");
      await done("WAKE-1");
    });

    test("is asked for and confirmed by different people, with the decision in hand, one at a time for a department", async () => {
      const departmentCode = await founded("261");
      const close = { kind: ChangeKind.CLOSE, departmentCode };
      await as("asker").putChange(change("RULE-1", { ...close, papers: [] }));
      await expect(step("asker", "RULE-1", ChangeAction.SUBMIT)).rejects.toMatchObject({ reason: "PAPER_MISSING" });
      await expect(as("asker").putChange(change("RULE-2", close))).rejects.toMatchObject({
        ...{ reason: "ALREADY_EXISTS", metadata: { change: "RULE-1" } },
      });
      await as("asker").putChange(change("RULE-1", close));
      // Taking it back, and sending it back, are no reason to show it to somebody as his to do.
      const waits = async (who: string, role: "implementer" | "administrator", order: object = {}) => {
        const { changes } = await as(who, role).listChanges({ waitsForMe: true, search: departmentCode, ...order });
        return changes.map(({ id }) => id);
      };
      const [mine, theirs] = [() => waits("asker", "implementer"), () => waits("confirmer", "administrator")];
      expect([await mine(), await theirs()]).toEqual([["RULE-1"], ["RULE-1"]]);
      await step("asker", "RULE-1", ChangeAction.SUBMIT);
      expect([await mine(), await theirs()]).toEqual([[], ["RULE-1"]]);
      expect(await waits("confirmer", "administrator", { orderBy: "last_step" })).toEqual(["RULE-1"]);
      // Who asked for it does not confirm it, whatever role he comes to hold.
      expect(await waits("asker", "administrator")).toEqual([]);
      const own = house.as(ChangeService, "asker", "administrator", BODY);
      const revision = (await read("RULE-1"))?.revision ?? 0;
      const confirming = { id: "RULE-1", action: ChangeAction.CONFIRM, revision };
      await expect(own.takeChangeStep(confirming)).rejects.toMatchObject({ reason: "SAME_PERSON" });
      await expect(step("asker", "RULE-1", ChangeAction.CONFIRM)).rejects.toMatchObject({
        reason: "PERMISSION_DENIED",
      });
      await step("asker", "RULE-1", ChangeAction.WITHDRAW, "不办了");
      await as("asker").putChange(change("RULE-2", close));
      const listed = await as("asker").listChanges({ state: ChangeState.WITHDRAWN });
      expect(listed.changes.map(({ id }) => id)).toEqual(["RULE-1"]);
      expect([await mine(), await theirs()]).toEqual([["RULE-2"], ["RULE-2"]]);
    });

    test("a body confirms no merger with a department that is not below it, and a department asks for itself alone", async () => {
      const departmentCode = await founded("271");
      const county = { department: codeOf("3"), division: "440106" };
      const at = (who: string, role: Role, where: object) => house.as(ChangeService, who, role, where);
      await as("asker").putChange(
        change("CROSS-1", { kind: ChangeKind.MERGE, departmentCode, successorCode: STRANGER }),
      );
      await step("asker", "CROSS-1", ChangeAction.SUBMIT);
      const revision = (await read("CROSS-1"))?.revision ?? 0;
      const confirming = { id: "CROSS-1", action: ChangeAction.CONFIRM, revision };
      await expect(at("county", "administrator", county).takeChangeStep(confirming)).rejects.toMatchObject({
        ...{ reason: "PERMISSION_DENIED", fields: [{ field: "change.successor_code" }] },
      });
      const own = at("unit", "departmentAdministrator", { department: departmentCode, division: "440106" });
      expect((await own.getChange({ id: "CROSS-1" })).change?.actions).toEqual([ChangeAction.WITHDRAW]);
      const other = at("other", "departmentAdministrator", { department: STRANGER, division: "440300" });
      await expect(other.getChange({ id: "CROSS-1" })).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
      const asked = other.putChange(change("CROSS-2", { kind: ChangeKind.CLOSE, departmentCode, papers: [] }));
      await expect(asked).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    });

    test("nothing is merged into what lies below it, which would be its own superior and never done", async () => {
      const [departmentCode, unit, office] = [await founded("275"), codeOf("276"), codeOf("277")];
      await registry().putDepartment({
        department: { code: unit, name: "所", division: "440106", superiorCode: departmentCode },
      });
      await registry().putDepartment({
        department: { code: office, name: "站", division: "440106", superiorCode: unit },
      });
      for (const successorCode of [unit, office]) {
        const merged = { kind: ChangeKind.MERGE, departmentCode, successorCode };
        await expect(as("asker").putChange(change("BELOW-1", merged))).rejects.toMatchObject({
          ...{ reason: "INVALID_FIELD", fields: [{ field: "change.successor_code" }] },
        });
      }
      const split = (unitCodes: string[]) =>
        change("BELOW-2", { kind: ChangeKind.SPLIT, departmentCode, transfers: [{ toCode: office, unitCodes }] });
      await expect(as("asker").putChange(split([unit]))).rejects.toMatchObject({
        fields: [{ field: "change.transfers[0].to_code" }],
      });
      await expect(as("asker").putChange(split([]))).resolves.toBeDefined();
    });

    test("what is wrong with an order is told by its field", async () => {
      const departmentCode = await founded("281");
      const { CLOSE, RENAME, MERGE, SPLIT } = ChangeKind;
      const nobody = codeOf("99");
      const wrong: [object, string, string][] = [
        [{ kind: CLOSE, effectiveOn: "2026-11-29" }, "INVALID_FIELD", "change.effective_on"],
        [{ kind: CLOSE, effectiveOn: "2026-02-30" }, "INVALID_FIELD", "change.effective_on"],
        [{ kind: CLOSE, departmentCode: nobody }, "DEPARTMENT_UNKNOWN", "change.department_code"],
        [{ kind: RENAME }, "INVALID_FIELD", "change.new_name"],
        [{ kind: RENAME, newName: "分局" }, "INVALID_FIELD", "change.new_name"],
        [{ kind: CLOSE, newName: "新" }, "INVALID_FIELD", "change.new_name"],
        [{ kind: MERGE }, "INVALID_FIELD", "change.successor_code"],
        [{ kind: MERGE, successorCode: departmentCode }, "INVALID_FIELD", "change.successor_code"],
        [{ kind: SPLIT }, "INVALID_FIELD", "change.transfers"],
        [{ kind: SPLIT, transfers: [{ toCode: nobody }] }, "DEPARTMENT_UNKNOWN", "change.transfers[0].to_code"],
      ];
      for (const [members, reason, field] of wrong) {
        const refused = as("asker").putChange(change("WRONG-1", { departmentCode, ...members }));
        await expect(refused, field).rejects.toMatchObject({ reason, fields: [{ field }] });
      }
    });
  },
);
