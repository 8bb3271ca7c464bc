import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PlanAction, PlanGoalChoice, PlanGoalKind, PlanState } from "../../../proto/gen/ecert/governance/v1/plan_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import {
  BUREAU,
  CITY_BODY,
  codeOf,
  type GovernanceHouse,
  openGovernanceHouse,
} from "../../../test/fixtures/governance-house.ts";
import type { Role } from "../../domain/role.ts";
import type { Store } from "../../store/port.ts";

const OPENED: Record<string, string> = { A: "2026-10-01" };
const lists = {
  getStandings: ({ items, matters }: { items: { itemCode: string }[]; matters: string[] }) => ({
    items: items.map(({ itemCode }) => ({ listed: itemCode === "A", openSince: OPENED[itemCode] ?? "" })),
    matters: matters.map((code) => ({ usedSince: code === "M1" ? "2026-11-20" : "" })),
  }),
  prepareListChange: ({ change }: { change: object }) => ({ change }),
};

/** What was really issued: A, later than it was opened. */
const supervision = {
  getFirstDays: ({ items, matters }: { items: { code: string }[]; matters: object[] }) => ({
    items: items.map(({ code }) => (code === "A" ? "2026-10-20" : "")),
    matters: matters.map(() => ""),
  }),
};

describe.each(await bothEngines())("6.2.5, 6.3.4 promotion plans on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  const as = (who: string, role: Role = "catalogAdministrator", where: object = CITY_BODY) =>
    house.as(PlanService, who, role, where);
  const target = (code: string) => ({ code, departmentCode: BUREAU.department });
  const plan = (more: object = {}) => ({
    plan: {
      ...{ id: "open-2026", name: "开办企业专项", division: "440100" },
      batches: [
        { name: "第一批", dueOn: "2026-11-15", items: [target("A"), target("B")], matters: [target("M1")] },
        { name: "第二批", dueOn: "2026-12-31", matters: [target("M2")] },
      ],
      ...more,
    },
  });
  const step = async (who: string, action: PlanAction, remark = "") => {
    const { plan: read } = await as(who).getPlan({ id: "open-2026" });
    return as(who).takePlanStep({ id: "open-2026", action, remark, revision: read?.revision ?? 0 });
  };

  beforeAll(async () => {
    opened = await engine.open();
    const served = { "ecert.catalog.v1.ListService": lists, "ecert.supervision.v1.SupervisionService": supervision };
    house = await openGovernanceHouse(opened.store, served, {
      mesh: { supervision: { addresses: ["supervision:7443"] } },
    });
  });
  afterAll(async () => {
    await house.close();
    await opened.remove();
  });

  test("a plan is drawn up by one person and adopted by another, and is not changed from then on", async () => {
    const { plan: put } = await as("li").putPlan(plan());
    expect(put).toMatchObject({
      state: PlanState.DRAFT,
      actions: [PlanAction.END],
      batches: [{ number: 1 }, { number: 2 }],
    });
    await expect(as("li").putPlan(plan())).resolves.toMatchObject({ plan: { revision: put?.revision } });
    // Who drew it up may end it with a word, which is no reason to show it to him as his to do.
    const waits = async (who: string, where?: object) =>
      (await as(who, "catalogAdministrator", where).listPlans({ waitsForMe: true, orderBy: "last_step" })).plans.map(
        ({ id }) => id,
      );
    expect([await waits("li"), await waits("chen")]).toEqual([[], ["open-2026"]]);
    expect(await waits("wu", { ...CITY_BODY, division: "440300" })).toEqual([]);
    await expect(step("li", PlanAction.ADOPT)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    const list = { id: "open-2026", batch: 1, from: "2026-12-01" };
    await expect(as("li").prepareBatchList(list)).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    const adopted = await step("chen", PlanAction.ADOPT);
    expect([await waits("li"), await waits("chen")]).toEqual([[], []]);
    expect(adopted.plan?.steps.map(({ action, name }) => `${action} ${name}`)).toEqual(["prepare li", "adopt chen"]);
    await expect(as("li").putPlan(plan({ name: "另一专项" }))).rejects.toMatchObject({ reason: "STEP_REFUSED" });
  });

  test("what is wrong in it is refused with its place; so is a division beyond reach", async () => {
    const batch = { name: "批", dueOn: "2026-02-30" };
    const refused = (more: object, who = as("li")) => expect(who.putPlan(plan({ id: "other-plan", ...more }))).rejects;
    await refused({ batches: [batch] }).toMatchObject({ fields: [{ field: "plan.batches[0].due_on" }] });
    const twice = { ...batch, dueOn: "2026-12-31", items: [target("A"), target("A")] };
    await refused({ batches: [twice] }).toMatchObject({ fields: [{ field: "plan.batches[0].items[1].code" }] });
    const wrong = { ...twice, items: [{ code: "A", departmentCode: "114401000000990000" }] };
    await refused({ batches: [wrong] }).toMatchObject({
      reason: "CODE_INVALID",
      fields: [{ field: "plan.batches[0].items[0].department_code" }],
    });
    await refused({}, as("wu", "administrator", { ...CITY_BODY, division: "440300" })).toMatchObject({
      reason: "PERMISSION_DENIED",
    });
    const beside = as("wu", "administrator", { ...CITY_BODY, division: "440300" });
    await expect(beside.getPlan({ id: "open-2026" })).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    await expect(beside.listPlans({})).resolves.toMatchObject({ plans: [] });
  });

  test("6.2.5.2 progress names what is opened since when, what of it is really done, what is late by how many days, and which department", async () => {
    const { goals, total, departments, day, counted } = await as("li").getPlanProgress({ id: "open-2026" });
    expect([day, counted]).toEqual(["2026-11-30", true]);
    expect(goals).toMatchObject([
      {
        batch: 1,
        kind: PlanGoalKind.ISSUE,
        code: "A",
        reached: true,
        since: "2026-10-01",
        listed: true,
        doneSince: "2026-10-20",
      },
      { batch: 1, kind: PlanGoalKind.ISSUE, code: "B", reached: false, listed: false, daysLate: 15 },
      { batch: 1, kind: PlanGoalKind.USE, code: "M1", reached: true, since: "2026-11-20", daysLate: 5, doneSince: "" },
      { batch: 2, kind: PlanGoalKind.USE, code: "M2", reached: false, daysLate: 0 },
    ]);
    expect(total).toMatchObject({ goals: 4, reached: 2, late: 1, done: 1 });
    // Catalog and supervision are asked within the division of the plan alone.
    for (const method of ["getStandings", "getFirstDays"]) {
      const asked = house.called.filter((call) => call.method === method).map(({ request }) => request);
      expect(asked.length).toBeGreaterThan(0);
      for (const one of asked) expect(one).toMatchObject({ division: "440100", day: "2026-11-30" });
    }
    expect(departments).toMatchObject([{ departmentCode: BUREAU.department, goals: 4, reached: 2, late: 1 }]);
    const second = await as("li").getPlanProgress({ id: "open-2026", batch: 2, day: "2027-01-10" });
    expect(second).toMatchObject({ goals: [{ code: "M2", daysLate: 10 }], total: { late: 1 } });
  });

  test("6.2.5.2 goals and departments are listed page by page, searched, narrowed and sorted as if all were there", async () => {
    const all = { id: "open-2026" };
    const codes = async (more: object) => {
      const found: string[] = [];
      for (let pageToken = ""; ; ) {
        const page = await as("li").listPlanGoals({ ...all, pageSize: 1, pageToken, ...more });
        found.push(...page.goals.map(({ code }) => code));
        if (page.nextPageToken === "") return found;
        pageToken = page.nextPageToken;
      }
    };
    expect(await codes({})).toEqual(["A", "B", "M1", "M2"]);
    expect(await codes({ orderBy: "-code" })).toEqual(["M2", "M1", "B", "A"]);
    expect(await codes({ orderBy: "-days_late" })).toEqual(["B", "M1", "M2", "A"]);
    expect(await codes({ batch: 2 })).toEqual(["M2"]);
    expect(await codes({ search: "m" })).toEqual(["M1", "M2"]);
    expect(await codes({ choice: PlanGoalChoice.OPEN })).toEqual(["B", "M2"]);
    expect(await codes({ choice: PlanGoalChoice.LATE, orderBy: "since" })).toEqual(["B"]);
    const { goals, day, counted } = await as("li").listPlanGoals({ ...all, pageSize: 1 });
    expect({ goals, day, counted }).toMatchObject({
      goals: [{ code: "A", reached: true, since: "2026-10-01", doneSince: "2026-10-20" }],
      day: "2026-11-30",
      counted: true,
    });
    const told = await as("li").listPlanDepartments({ ...all, orderBy: "-late" });
    expect(told).toMatchObject({
      departments: [{ departmentCode: BUREAU.department, goals: 4, reached: 2, late: 1 }],
      total: { goals: 4, done: 1 },
      nextPageToken: "",
    });
    const none = await as("li").listPlanDepartments({ ...all, search: "none" });
    expect(none).toMatchObject({ departments: [], total: { goals: 4 } });
    const foreign = { reason: "INVALID_FIELD", fields: [{ field: "page_token" }] };
    await expect(as("li").listPlanGoals({ ...all, pageToken: "x" })).rejects.toMatchObject(foreign);
    await expect(as("li").listPlanDepartments({ ...all, day: "2026-02-30" })).rejects.toMatchObject({
      fields: [{ field: "day" }],
    });
    const beside = as("wu", "administrator", { ...CITY_BODY, division: "440300" });
    for (const list of [() => beside.listPlanGoals(all), () => beside.listPlanDepartments(all)]) {
      await expect(list()).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    }
  });

  test("6.2.5.2 of a large plan that is sorted by its progress a thousand goals are asked about at a time, department by department", async () => {
    const departments = [codeOf("801"), codeOf("802")];
    const items = Array.from({ length: 300 }, (_, at) => ({ code: `I${at}`, departmentCode: departments[at % 2] }));
    const batches = ["甲", "乙", "丙", "丁"].map((name) => ({ name, dueOn: "2026-11-20", items }));
    batches.push({ name: "戊", dueOn: "2026-11-20", items: [target("A")] });
    await as("li").putPlan(plan({ id: "large-plan", name: "大专项", batches }));
    const before = house.called.length;
    const { goals } = await as("li").listPlanGoals({ id: "large-plan", orderBy: "-since", pageSize: 1 });
    expect(goals).toMatchObject([{ code: "A", reached: true, since: "2026-10-01" }]);
    const asked = house.called.slice(before).flatMap(({ method, request }) => {
      if (method !== "getStandings") return [];
      return [(request as { items: { departmentCode: string }[] }).items.map(({ departmentCode }) => departmentCode)];
    });
    expect(asked.map((codes) => codes.length)).toEqual([1_000, 201]);
    const runs = asked.flat().filter((code, at, all) => code !== all[at - 1]);
    expect(runs).toHaveLength(new Set(runs).size);
  });

  test("6.2.5.1 a batch puts its items on the list through the list's own procedure: a draft in the person's name, once", async () => {
    house.failing.set("prepareListChange", new Error("away"));
    const list = { id: "open-2026", batch: 1, from: "2026-12-01" };
    await expect(as("li").prepareBatchList(list)).rejects.toThrow("away");
    house.failing.clear();
    const { listChange } = await as("li").prepareBatchList(list);
    // Nobody guesses it, and has a change of his own there before.
    expect(listChange).toMatch(/^plan-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    const ids = house.called.flatMap(({ method, request }) =>
      method === "prepareListChange" ? (request as { change: { id: string } }).change.id : [],
    );
    expect(ids).toEqual([listChange, listChange]);
    expect(await as("li").prepareBatchList(list)).toMatchObject({ listChange });
    expect(house.called.findLast(({ method }) => method === "prepareListChange")?.request).toMatchObject({
      preparedBy: { account: "440100-li" },
      change: {
        ...{ id: listChange, division: "440100" },
        lines: [
          { itemCode: "A", target: BUREAU.division, departments: [BUREAU.department], from: "2026-12-01" },
          { itemCode: "B", target: BUREAU.division, departments: [BUREAU.department], from: "2026-12-01" },
        ],
      },
    });
    const { plan: told } = await as("li").getPlan({ id: "open-2026" });
    expect(told?.batches.map(({ listChange }) => listChange)).toEqual([listChange, ""]);
    await expect(as("li").prepareBatchList({ ...list, batch: 2 })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("a plan ends with a word", async () => {
    await expect(step("li", PlanAction.END)).rejects.toMatchObject({ fields: [{ field: "remark" }] });
    await step("li", PlanAction.END, "目标完成");
    const { plans } = await as("li", "supervisor").listPlans({ state: PlanState.ENDED });
    expect(plans).toMatchObject([{ id: "open-2026", batches: [{ items: [] }, { items: [] }] }]);
  });
});
