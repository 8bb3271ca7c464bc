import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { EntryAction, EntryState } from "../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import {
  BUREAU,
  CITY_BODY,
  codeOf,
  type GovernanceHouse,
  openGovernanceHouse,
} from "../../../test/fixtures/governance-house.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import type { Store } from "../../store/port.ts";
import { PAPERS, type PaperDocument } from "../papers/paper-record.ts";

const PERSONS: Record<string, [Role, object]> = {
  filler: ["implementer", CITY_BODY],
  checker: ["administrator", CITY_BODY],
  other: ["administrator", { ...CITY_BODY, division: "440300" }],
  superior: ["departmentAdministrator", BUREAU],
};

describe.each(await bothEngines())("entry of departments on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  let form = "";
  const as = (who: string) => {
    const [role, where] = PERSONS[who] as [Role, object];
    return house.as(EntryService, who, role, where);
  };
  const entry = (tail: string, changes: object = {}) => ({
    entry: {
      ...{ code: codeOf(tail), name: `民政局${tail}`, division: "440106" },
      administrator: { account: `440100-admin-${tail}`, name: "李四" },
      papers: [{ kind: PaperKind.REGISTRATION_FORM, sha256: form }],
      ...changes,
    },
  });
  const step = async (who: string, tail: string, action: EntryAction, remark = "") => {
    const { entry: read } = await as(who).getEntry({ code: codeOf(tail) });
    return as(who).takeEntryStep({ code: codeOf(tail), action, remark, revision: read?.revision ?? 0 });
  };
  const stateOf = async (tail: string) => (await as("checker").getEntry({ code: codeOf(tail) })).entry?.state;
  const until = (tail: string, state: EntryState) =>
    vi.waitFor(async () => expect(await stateOf(tail)).toBe(state), { timeout: 10_000, interval: 10 });

  beforeAll(async () => {
    opened = await engine.open();
    house = await openGovernanceHouse(opened.store);
    form = await house.paper("filler", "implementer");
  });
  afterAll(async () => {
    await house.close();
    await opened.remove();
  });

  test("a department that was unknown enters: form, another person's check, set-up, and the institution certificate (6.2.2.1, 6.4.1.1, 5.8.3)", async () => {
    const units = [{ code: codeOf("101"), name: "婚姻登记处", division: "440106001" }];
    const internalBodies = [{ name: "社会组织管理科", duties: "登记" }];
    const seals = [{ name: "民政局证照专用章", purpose: "结婚证" }];
    const { entry: put } = await as("filler").putEntry(entry("100", { units, internalBodies, seals }));
    expect(put).toMatchObject({ state: EntryState.DRAFT, units, seals, internalBodies });
    expect(put?.actions).toEqual([EntryAction.SUBMIT, EntryAction.WITHDRAW]);
    await step("filler", "100", EntryAction.SUBMIT);
    await step("checker", "100", EntryAction.ACCEPT);
    await until("100", EntryState.SET_UP);
    expect(house.departments.get(codeOf("100"))).toMatchObject({ name: "民政局100", division: "440106" });
    expect(house.departments.get(codeOf("101"))).toMatchObject({ superiorCode: codeOf("100"), division: "440106001" });
    const { entry: before } = await as("checker").getEntry({ code: codeOf("100") });
    expect(before?.steps.map(({ action, account }) => [action, account])).toEqual([
      ...[
        ["write", "440100-filler"],
        ["submit", "440100-filler"],
        ["accept", "440100-checker"],
        ["setUp", ""],
      ],
    ]);
  });

  test("the entry is active once the institution certificate has activated the administrator, and not before (5.8.3)", async () => {
    await as("filler").putEntry(entry("110"));
    await step("filler", "110", EntryAction.SUBMIT);
    await step("checker", "110", EntryAction.ACCEPT);
    await until("110", EntryState.SET_UP);
    house.invited.set("440100-admin-110", "2026-11-30T03:00:00Z");
    // The next case that is accepted has the node look at all that wait.
    await as("filler").putEntry(entry("111"));
    await step("filler", "111", EntryAction.SUBMIT);
    await step("checker", "111", EntryAction.ACCEPT);
    await until("110", EntryState.ACTIVE);
    await until("111", EntryState.SET_UP);
    const kinds = house.evidence
      .filter(({ body }) => body.code === codeOf("110"))
      .map(({ kind, body }) => [kind, body.action, body.by]);
    expect(kinds).toEqual([
      ["entry-put", undefined, "staff/440100-filler"],
      ["entry-step", "submit", "staff/440100-filler"],
      ["entry-step", "accept", "staff/440100-checker"],
      ["entry-step", "setUp", "service/governance"],
      ["entry-step", "activate", "service/governance"],
    ]);
  });

  test("whoever submits it does not find it good, nobody of another division sees it, and a step out of order is refused", async () => {
    await as("checker")
      .putEntry(entry("120", { papers: [] }))
      .catch(() => {});
    const own = await house.paper("checker", "administrator");
    await as("checker").putEntry(entry("120", { papers: [{ kind: PaperKind.REGISTRATION_FORM, sha256: own }] }));
    await expect(step("checker", "120", EntryAction.ACCEPT)).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    await step("checker", "120", EntryAction.SUBMIT);
    await expect(step("checker", "120", EntryAction.ACCEPT)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    await expect(step("filler", "120", EntryAction.ACCEPT)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(step("other", "120", EntryAction.ACCEPT)).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    await expect(step("superior", "120", EntryAction.ACCEPT)).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    await expect(step("filler", "120", EntryAction.RETURN)).rejects.toMatchObject({ fields: [{ field: "remark" }] });
    await expect(as("filler").putEntry(entry("120"))).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    await step("filler", "120", EntryAction.RETURN, "名称有误");
    const stale = { ...entry("120", { name: "民政局（新）", revision: 1 }) };
    await expect(as("filler").putEntry(stale)).rejects.toMatchObject({ reason: "REVISION_CONFLICT" });
    const { entry: mended } = await as("filler").putEntry(entry("120", { name: "民政局（新）" }));
    expect(mended).toMatchObject({ state: EntryState.RETURNED, name: "民政局（新）" });
    await step("filler", "120", EntryAction.WITHDRAW, "不再进驻");
    expect((await as("filler").putEntry(entry("120"))).entry?.state).toBe(EntryState.DRAFT);
  });

  test("whoever has mended the form does not find it good, though another person submits it (6.2.2.1)", async () => {
    await as("filler").putEntry(entry("125"));
    await step("filler", "125", EntryAction.SUBMIT);
    await step("checker", "125", EntryAction.RETURN, "名称有误");
    const own = await house.paper("checker", "administrator");
    const papers = [{ kind: PaperKind.REGISTRATION_FORM, sha256: own }];
    for (const name of ["民政局二", "民政局三"]) await as("checker").putEntry(entry("125", { name, papers }));
    await step("filler", "125", EntryAction.SUBMIT);
    await expect(step("checker", "125", EntryAction.ACCEPT)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    const { entry: one } = await as("checker").getEntry({ code: codeOf("125") });
    expect(one?.actions).toEqual([EntryAction.RETURN, EntryAction.WITHDRAW]);
    expect(one?.steps.map(({ action }) => action)).toEqual(["write", "submit", "return", "write", "submit"]);
    await step("filler", "125", EntryAction.WITHDRAW, "不再进驻");
  });

  test("without the scanned form it is not submitted (6.4.1.1), and a paper that nobody handed in is none", async () => {
    await as("filler").putEntry(entry("130", { papers: [] }));
    await expect(step("filler", "130", EntryAction.SUBMIT)).rejects.toMatchObject({ reason: "PAPER_MISSING" });
    const papers = [{ kind: PaperKind.REGISTRATION_FORM, sha256: "0".repeat(64) }];
    await expect(as("filler").putEntry(entry("130", { papers }))).rejects.toMatchObject({
      fields: [{ field: "entry.papers[0].sha256" }],
    });
  });

  test("a department enters its own units and no others, and lists them; the body lists those of its division", async () => {
    const own = await house.paper("superior", "departmentAdministrator", BUREAU);
    const papers = [{ kind: PaperKind.REGISTRATION_FORM, sha256: own }];
    const unit = entry("140", { superiorCode: BUREAU.department, papers });
    await as("superior").putEntry(unit);
    await expect(as("superior").putEntry(entry("141", { papers }))).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
    // Nobody takes a code for himself by naming a division whose body alone would see the entry.
    await expect(
      as("superior").putEntry(entry("142", { superiorCode: BUREAU.department, division: "440300", papers })),
    ).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await step("superior", "140", EntryAction.SUBMIT);
    const codes = async (who: string, state: EntryState = EntryState.UNSPECIFIED) =>
      (await as(who).listEntries({ state })).entries.map(({ code }) => code);
    expect(await codes("superior")).toEqual([codeOf("140")]);
    expect(await codes("superior", EntryState.DRAFT)).toEqual([]);
    expect(await codes("checker", EntryState.SUBMITTED)).toEqual([codeOf("140")]);
    expect(await codes("other")).toEqual([]);
    const first = await as("checker").listEntries({ pageSize: 2 });
    const rest = await as("checker").listEntries({ pageSize: 50, pageToken: first.nextPageToken });
    expect([...first.entries, ...rest.entries].map(({ code }) => code)).toEqual(await codes("checker"));
    const asked = async (who: string, wanted: object) =>
      (await as(who).listEntries({ pageSize: 50, ...wanted })).entries.map(({ code }) => code);
    expect(await asked("checker", { search: "民政局140" })).toEqual([codeOf("140")]);
    expect(await asked("other", { search: "民政局140" })).toEqual([]);
    expect(await asked("checker", { orderBy: "-code" })).toEqual((await asked("checker", {})).toReversed());
    expect((await asked("checker", { orderBy: "-last_step" }))[0]).toBe(codeOf("140"));
    // Who handed it in may take it back, which is no reason to show it to him as his to do.
    const submitted = { state: EntryState.SUBMITTED, waitsForMe: true };
    expect(await asked("superior", submitted)).toEqual([]);
    expect(await asked("checker", submitted)).toEqual([codeOf("140")]);
    expect(await asked("checker", { ...submitted, orderBy: "last_step" })).toEqual([codeOf("140")]);
    expect(await asked("other", submitted)).toEqual([]);
  });

  test("what is wrong with a form is told by its field: codes, divisions, units, the account, a closed department", async () => {
    const put = (changes: object) => as("filler").putEntry(entry("150", changes));
    house.departments.set(codeOf("151"), {
      code: codeOf("151"),
      name: "旧局",
      division: "440106",
      superiorCode: "",
      closed: true,
    });
    house.departments.set(codeOf("152"), {
      code: codeOf("152"),
      name: "他处",
      division: "440106",
      superiorCode: BUREAU.department,
      closed: false,
    });
    const unit = { code: codeOf("153"), name: "处", division: "" };
    const wrong: [object, string, string][] = [
      [{ code: `${codeOf("150").slice(0, 17)}Y` }, "CODE_INVALID", "entry.code"],
      [{ division: "440199" }, "DIVISION_UNKNOWN", "entry.division"],
      [{ superiorCode: codeOf("150") }, "INVALID_FIELD", "entry.superior_code"],
      [{ superiorCode: codeOf("159") }, "DEPARTMENT_UNKNOWN", "entry.superior_code"],
      [{ superiorCode: codeOf("151") }, "DEPARTMENT_CLOSED", "entry.superior_code"],
      [{ units: [unit, unit] }, "INVALID_FIELD", "entry.units[1].code"],
      [{ units: [{ ...unit, division: "440300" }] }, "INVALID_FIELD", "entry.units[0].division"],
      [{ units: [{ ...unit, code: codeOf("152") }] }, "ALREADY_EXISTS", "entry.units[0].code"],
      [{ administrator: { account: "440300-admin", name: "王" } }, "INVALID_FIELD", "entry.administrator.account"],
      [{ code: codeOf("151") }, "DEPARTMENT_CLOSED", "entry.code"],
      [{ code: BUREAU.department, division: "440100" }, "ALREADY_EXISTS", "entry.division"],
      [{ code: codeOf("152") }, "ALREADY_EXISTS", "entry.superior_code"],
      [{ code: codeOf("152"), superiorCode: codeOf("1") }, "ALREADY_EXISTS", "entry.superior_code"],
      [{ division: "440300" }, "PERMISSION_DENIED", "entry.code"],
    ];
    for (const [changes, reason, field] of wrong)
      await expect(put(changes), field).rejects.toMatchObject({ reason, fields: [{ field }] });
  });

  test("what fails while it is set up is told with the case, tried again, and can be sent back; nothing is done twice", async () => {
    await as("filler").putEntry(entry("160"));
    await step("filler", "160", EntryAction.SUBMIT);
    house.failing.set("inviteAdministrator", new Refusal("PEER_AWAY", "identity is away"));
    await step("checker", "160", EntryAction.ACCEPT);
    const faultOf = async () => (await as("checker").getEntry({ code: codeOf("160") })).entry?.fault;
    await vi.waitFor(async () => expect(await faultOf()).toContain("identity is away"), {
      timeout: 10_000,
      interval: 10,
    });
    expect(await stateOf("160")).toBe(EntryState.ACCEPTED);
    // What is no refusal is told in the log, not to people.
    house.failing.set("inviteAdministrator", new Error("connect mongodb://secret@10.0.0.1"));
    await as("filler").putEntry(entry("161"));
    await step("filler", "161", EntryAction.SUBMIT);
    await step("checker", "161", EntryAction.ACCEPT);
    await vi.waitFor(async () => expect(await faultOf()).toContain("系统内部错误 · internal error"), {
      timeout: 10_000,
      interval: 10,
    });
    expect(await faultOf()).not.toContain("mongodb");
    await step("filler", "160", EntryAction.RETURN, "账户名须更换");
    expect(await faultOf()).toBe("");
    await step("filler", "160", EntryAction.SUBMIT);
    house.failing.clear();
    await step("checker", "160", EntryAction.ACCEPT);
    await until("160", EntryState.SET_UP);
  });
});

describe("papers of cases", () => {
  let house: GovernanceHouse;
  beforeAll(async () => {
    house = await openGovernanceHouse(undefined);
  });
  afterAll(() => house.close());

  test("are read back by the department that handed them in and by its bodies, and by nobody else", async () => {
    const sha256 = await house.paper("admin", "departmentAdministrator", BUREAU);
    expect(await house.paper("second", "departmentAdministrator", BUREAU)).toBe(sha256);
    const read = (who: string, role: Role, where: object) =>
      house.as(PaperService, who, role, where).getPaper({ sha256, departmentCode: BUREAU.department });
    const { content, paper } = await read("body", "supervisor", CITY_BODY);
    expect(Buffer.from(content).toString()).toBe("登记表");
    expect(paper).toMatchObject({ name: "登记表.txt", mediaType: "text/plain", size: 9n });
    expect((await house.as(PaperService, "a", "auditor", BUREAU).getPaper({ sha256 })).content.length).toBe(9);
    for (const [role, where] of [
      ["departmentAdministrator", { department: codeOf("9"), division: "440106" }],
      ["administrator", { ...CITY_BODY, division: "440300" }],
    ] as const)
      await expect(read("stranger", role, where)).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    expect(house.evidence.filter(({ kind }) => kind === "paper-put").length).toBe(1);
  });

  test("have a type that their content is of, and at most 200 of a department on one day", async () => {
    const put = (content: string, mediaType = "application/pdf") =>
      house.as(PaperService, "body", "administrator").putPaper({
        ...{ name: "批文.pdf", mediaType, content: Buffer.from(content), kind: PaperKind.DECISION },
      });
    await expect(put("no pdf")).rejects.toMatchObject({ reason: "ATTACHMENT_REFUSED" });
    await expect(put("<html>", "text/html")).rejects.toMatchObject({ reason: "ATTACHMENT_REFUSED" });
    await put("%PDF-1.7 first");
    const papers = await house.runtime.store.collection<PaperDocument>(PAPERS);
    const one = (await papers.query({ index: "days", limit: 1 })).items[0] as PaperDocument;
    await papers.insertMany(Array.from({ length: 199 }, (_, at) => ({ ...one, _id: `${one.department}/${at}` })));
    await expect(put("%PDF-1.7 more")).rejects.toMatchObject({ reason: "RATE_EXCEEDED" });
    expect((await put("%PDF-1.7 first")).paper?.kind).toBe(PaperKind.DECISION);
    house.setNow("2026-12-01T02:00:00Z");
    await put("%PDF-1.7 more");
  });

  test("are no operator's to name by nobody", async () => {
    const asked = directClient(house.running, PaperService).getPaper({ sha256: "0".repeat(64) });
    await expect(asked).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
  });
});
