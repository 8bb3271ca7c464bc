import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Delegation } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { type IssuingOpening, type Matter, OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  OpeningRequestAction as Action,
  OpeningRequestState as State,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import {
  BUREAU,
  CITY_BODY,
  codeOf,
  type GovernanceHouse,
  openGovernanceHouse,
} from "../../../test/fixtures/governance-house.ts";
import { issuing, openingsIn, requestsOf } from "../../../test/fixtures/opening-requests.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Store } from "../../store/port.ts";

describe.each(await bothEngines())("requests for openings on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  /** What stands in the catalog, by item and department. */
  let standing: Map<string, IssuingOpening>;
  let matter: Partial<Matter>;
  let refused: unknown;
  let delegated: Partial<Delegation> | undefined;
  const { as, put, step, until } = requestsOf(() => house);

  beforeAll(async () => {
    opened = await engine.open();
    const registry = {
      ...openingsIn(
        () => standing,
        () => refused,
      ),
      getMatter: async () => ({ matter, changes: 1n }),
      async putMatter(asked: { matter: Partial<Matter>; updateMask: { paths: string[] }; validateOnly?: boolean }) {
        if (!asked.validateOnly) matter = { ...matter, ...asked.matter };
        return { matter };
      },
    };
    const delegations = {
      async putDelegation({ delegation, validateOnly }: { delegation: Delegation; validateOnly: boolean }) {
        const before = delegated;
        if (!validateOnly) delegated = delegation;
        return { delegation, before, changes: before ? 1n : 0n };
      },
    };
    house = await openGovernanceHouse(opened.store, {
      "ecert.catalog.v1.RegistryService": registry,
      "ecert.catalog.v1.OpeningService": delegations,
    });
  });
  afterAll(async () => {
    await house.close();
    await opened.remove();
  });
  beforeEach(() => {
    standing = new Map();
    matter = { code: "M-1", departmentCode: BUREAU.department };
    refused = undefined;
  });

  test("6.4.5.1: the department asks, another person of its body confirms, and the node opens it", async () => {
    const controls = { issuesPerDay: 20 };
    const { request } = await put("first", "YYZZ", { subject: issuing("YYZZ", { controls }) });
    expect(request).toMatchObject({ state: State.DRAFT, actions: [Action.SUBMIT, Action.WITHDRAW] });
    // Taking it back, and sending it back, are no reason to show it to somebody as his to do.
    const waits = async (...people: string[]) =>
      Promise.all(
        people.map(async (who) => {
          const { requests } = await as(who).listOpeningRequests({ waitsForMe: true, orderBy: "last_step" });
          return requests.map(({ id }) => id);
        }),
      );
    expect(await waits("asks", "colleague", "neighbour", "judges")).toEqual([["first"], ["first"], [], []]);
    await step("colleague", "first", Action.SUBMIT);
    expect(await waits("asks", "colleague", "judges", "elsewhere")).toEqual([[], [], ["first"], []]);
    expect(standing.size).toBe(0);
    await step("judges", "first", Action.CONFIRM);
    await until("first", State.DONE);
    expect(standing.get(`YYZZ/${BUREAU.department}`)).toMatchObject({ opensOn: "2026-12-01", controls });
    const kinds = house.evidence.filter(({ body }) => body.code === "first").map(({ body }) => [body.action, body.by]);
    expect(kinds).toEqual([
      [undefined, "staff/440100-asks"],
      ["submit", "staff/440100-colleague"],
      ["confirm", "staff/440100-judges"],
      ["finish", "service/governance"],
    ]);
  });

  test("6.4.4.2: one request opens a superior's system for a thousand units, and goes on where it was stopped", async () => {
    const unitCodes = Array.from({ length: 1_000 }, (_, at) => codeOf(String(at + 1_000)));
    for (const code of unitCodes)
      house.departments.set(code, { code, division: "440106", superiorCode: BUREAU.department });
    await put("units", "DW", { unitCodes });
    await step("asks", "units", Action.SUBMIT);
    // The catalog is away in the middle: what stands keeps standing, the rest follows.
    const { set } = standing;
    let until500 = 500;
    standing.set = (key, value) => {
      until500 -= 1;
      if (until500 === 0) throw new Refusal("PEER_AWAY", "the catalog is away");
      return set.call(standing, key, value);
    };
    await step("judges", "units", Action.CONFIRM);
    await vi.waitFor(
      async () => expect((await as("judges").getOpeningRequest({ id: "units" })).request?.fault).toContain("away"),
      { timeout: 10_000, interval: 5 },
    );
    expect(standing.size).toBe(499);
    // The next case that is confirmed has the node look at all that wait.
    await put("after", "AFTER");
    await step("asks", "after", Action.SUBMIT);
    await step("judges", "after", Action.CONFIRM);
    await until("units", State.DONE);
    expect([...standing.keys()].filter((key) => key.startsWith("DW/"))).toHaveLength(1_001);
    expect((await as("judges").getOpeningRequest({ id: "units" })).request).toMatchObject({
      carried: 1_001,
      fault: "",
    });
  }, 30_000);

  test("4.2, 6.4.4.2: a body confirms nothing for units of another division, whatever app and seal they share", async () => {
    const [below, beyond] = [codeOf("61"), codeOf("62")];
    house.departments.set(below, { code: below, division: "440106" });
    house.departments.set(beyond, { code: beyond, division: "440300" });
    const halt = { kind: OpeningHaltKind.WITHDRAWN, cause: "停办" };
    await put("beyond", "DW", { unitCodes: [below, beyond], subject: issuing("DW", { halt }) });
    await step("asks", "beyond", Action.SUBMIT);
    await expect(step("judges", "beyond", Action.CONFIRM)).rejects.toMatchObject({
      ...{ reason: "PERMISSION_DENIED", fields: [{ field: "request.unit_codes[1]" }] },
    });
    expect([...standing.keys()]).toEqual([]);
    await step("asks", "beyond", Action.WITHDRAW, "单位不在本区划");
  });

  test("6.4.6.1: the use of certificates in a matter is opened by the same procedure, and all else of the matter stays", async () => {
    matter = { ...matter, name: "开办企业" };
    const value = {
      matterCode: "M-1",
      appKeys: ["440100-app"],
      items: [{ itemCode: "YYZZ" }],
      enabledOn: "2026-12-01",
    };
    await put("usage", "", { subject: { case: "usage", value } });
    await step("asks", "usage", Action.SUBMIT);
    await step("judges", "usage", Action.CONFIRM);
    await until("usage", State.DONE);
    expect(matter).toMatchObject({ name: "开办企业", appKeys: ["440100-app"], enabledOn: "2026-12-01" });
    matter = { ...matter, departmentCode: codeOf("9") };
    const others = put("usage-2", "", { subject: { case: "usage", value } });
    await expect(others).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
  });

  test("6.4.4.2, 6.4.4.4: that another's app acts for a department it asks for itself, and grants it once its body has confirmed", async () => {
    const value = {
      ...{ appKey: "440100-hall", departmentCode: BUREAU.department, itemCodes: ["YYZZ"], since: "2026-12-01" },
      grantedBy: CITY_BODY.department,
    };
    const others = { case: "delegation", value: { ...value, departmentCode: codeOf("9") } };
    await expect(put("delegated", "", { subject: others })).rejects.toMatchObject({
      fields: [{ field: "request.delegation.department_code" }],
    });
    await put("delegated", "", { subject: { case: "delegation", value } });
    await step("asks", "delegated", Action.SUBMIT);
    await expect(step("asks", "delegated", Action.CONFIRM)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(delegated).toBeUndefined();
    await step("judges", "delegated", Action.CONFIRM);
    await until("delegated", State.DONE);
    expect(delegated).toMatchObject({ appKey: "440100-hall", grantedBy: BUREAU.department });
  });

  test("what the catalog would refuse is refused when it is asked for, and again when it is confirmed", async () => {
    refused = new Refusal("SEAL_UNBOUND", "seal SEAL was unbound");
    await expect(put("unbound")).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
    refused = undefined;
    await put("unbound");
    await step("asks", "unbound", Action.SUBMIT);
    refused = new Refusal("SEAL_UNBOUND", "seal SEAL was unbound");
    await expect(step("judges", "unbound", Action.CONFIRM)).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
    await step("judges", "unbound", Action.RETURN, "印章已解除绑定");
    refused = undefined;
    await expect(put("twice", "unbound")).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await step("asks", "unbound", Action.WITHDRAW, "不再申请");
    await expect(put("twice", "unbound")).resolves.toBeDefined();
    const closed = house.departments.get(BUREAU.department);
    house.departments.set(BUREAU.department, { ...(closed as NonNullable<typeof closed>), closed: true });
    await expect(put("closed")).rejects.toMatchObject({ reason: "DEPARTMENT_CLOSED" });
    house.departments.set(BUREAU.department, closed as NonNullable<typeof closed>);
  });

  test("6.2.4.2: nobody confirms what he has not read: another revision, and none, are refused with the present one", async () => {
    await put("read", "YD");
    await step("asks", "read", Action.SUBMIT);
    const read = (await as("judges").getOpeningRequest({ id: "read" })).request?.revision ?? 0;
    const decided = (action: Action, revision: number) =>
      as("judges").takeOpeningRequestStep({ id: "read", action, revision, remark: "请核对" });
    for (const [action, revision] of [
      [Action.CONFIRM, 0],
      [Action.CONFIRM, read - 1],
      [Action.RETURN, 0],
    ] as const)
      await expect(decided(action, revision)).rejects.toMatchObject({
        ...{ reason: "REVISION_CONFLICT", metadata: { revision: String(read) } },
        fields: [{ field: "revision" }],
      });
    await decided(Action.RETURN, read);
    await step("asks", "read", Action.WITHDRAW, "不再申请");
  });

  test("nobody asks for another's department, confirms from elsewhere, or takes a step out of order", async () => {
    await expect(put("others", "X", {}, "neighbour")).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await put("order");
    await expect(step("judges", "order", Action.CONFIRM)).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    await step("asks", "order", Action.SUBMIT);
    await expect(step("asks", "order", Action.CONFIRM)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    for (const who of ["elsewhere", "neighbour"]) {
      await expect(step(who, "order", Action.CONFIRM)).rejects.toMatchObject({ reason: "CASE_UNKNOWN" });
    }
    await expect(put("order", "other")).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    expect((await as("elsewhere").listOpeningRequests({})).requests).toEqual([]);
    const own = await as("asks").listOpeningRequests({ state: State.SUBMITTED });
    expect(own.requests.map(({ id }) => id)).toContain("order");
  });
});
