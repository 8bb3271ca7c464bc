import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Delegation } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { type IssuingOpening, type Matter, OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  OpeningRequestAction as Action,
  OpeningRequestService,
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
import { Refusal } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import type { Store } from "../../store/port.ts";

const PERSONS: Record<string, [Role, object]> = {
  asks: ["catalogKeeper", BUREAU],
  colleague: ["departmentAdministrator", BUREAU],
  judges: ["implementer", CITY_BODY],
  elsewhere: ["implementer", { ...CITY_BODY, division: "440300" }],
  neighbour: ["departmentAdministrator", { department: codeOf("9"), division: "440106" }],
};

describe.each(await bothEngines())("requests for openings on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  /** What stands in the catalog, by item and department. */
  let standing: Map<string, IssuingOpening>;
  let matter: Partial<Matter>;
  let refused: unknown;
  let delegated: Partial<Delegation> | undefined;
  const as = (who: string) => {
    const [role, where] = PERSONS[who] as [Role, object];
    return house.as(OpeningRequestService, who, role, where);
  };
  const issuing = (itemCode: string, more: object = {}) => ({
    case: "issuing" as const,
    value: {
      ...{ itemCode, departmentCode: BUREAU.department, appKey: "440100-app", sealCode: "SEAL" },
      ...{ opensOn: "2026-12-01", ...more },
    },
  });
  const put = (id: string, itemCode = id, change: object = {}, who = "asks") =>
    as(who).putOpeningRequest({
      request: { id, departmentCode: BUREAU.department, subject: issuing(itemCode), ...change },
    } as never);
  const step = async (who: string, id: string, action: Action, remark = "") => {
    const { request } = await as(who).getOpeningRequest({ id });
    return as(who).takeOpeningRequestStep({ id, action, remark, revision: request?.revision ?? 0 });
  };
  const until = (id: string, state: State) =>
    vi.waitFor(async () => expect((await as("judges").getOpeningRequest({ id })).request?.state).toBe(state), {
      ...{ timeout: 10_000, interval: 5 },
    });

  beforeAll(async () => {
    opened = await engine.open();
    const registry = {
      async putIssuingOpening({ opening, validateOnly }: { opening: IssuingOpening; validateOnly?: boolean }) {
        if (refused) throw refused;
        if (!validateOnly) standing.set(`${opening.itemCode}/${opening.departmentCode}`, opening);
        return { opening };
      },
      getMatter: async () => ({ matter }),
      async putMatter(asked: { matter: Partial<Matter>; updateMask: { paths: string[] }; validateOnly?: boolean }) {
        if (!asked.validateOnly) matter = { ...matter, ...asked.matter };
        return { matter };
      },
    };
    const delegations = {
      async putDelegation({ delegation, validateOnly }: { delegation: Delegation; validateOnly: boolean }) {
        if (!validateOnly) delegated = delegation;
        return { delegation };
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
    await step("colleague", "first", Action.SUBMIT);
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

test("6.2.4.2: whatever random people do in whatever order, nothing stands in the catalog but what one asked for and another confirmed", async () => {
  const standing = new Set<string>();
  const registry = {
    async putIssuingOpening({ opening, validateOnly }: { opening: IssuingOpening; validateOnly?: boolean }) {
      if (!validateOnly) standing.add(opening.itemCode);
      return { opening };
    },
  };
  const house = await openGovernanceHouse(undefined, { "ecert.catalog.v1.RegistryService": registry });
  let run = 0;
  const who = fc.constantFrom(...Object.keys(PERSONS));
  const what = fc.constantFrom("put", Action.SUBMIT, Action.CONFIRM, Action.RETURN, Action.WITHDRAW);
  const deeds = fc.array(fc.record({ who, what, item: fc.nat({ max: 2 }) }), { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      run += 1;
      const model = new Map<string, string>();
      for (const deed of all) {
        const [role, where] = PERSONS[deed.who] as [Role, { department: string }];
        const client = house.as(OpeningRequestService, deed.who, role, where);
        const id = `run-${run}-${deed.item}`;
        const subject = {
          case: "issuing" as const,
          value: { itemCode: id, departmentCode: BUREAU.department, opensOn: "2026-12-01" },
        };
        const request = { id, departmentCode: BUREAU.department, subject };
        const own = where.department === BUREAU.department;
        const body = deed.who === "judges";
        const was = model.get(id);
        const next =
          deed.what === "put" && own && was === undefined
            ? "draft"
            : deed.what === Action.SUBMIT && own && (was === "draft" || was === "returned")
              ? "submitted"
              : deed.what === Action.CONFIRM && body && was === "submitted"
                ? "confirmed"
                : deed.what === Action.RETURN && body && was === "submitted"
                  ? "returned"
                  : deed.what === Action.WITHDRAW && own && ["draft", "submitted", "returned"].includes(was ?? "")
                    ? "withdrawn"
                    : was;
        const step = async (action: Action) => {
          const read = await client.getOpeningRequest({ id });
          const said = { action, remark: "说明", revision: read.request?.revision ?? 0 };
          return client.takeOpeningRequestStep({ id, ...said });
        };
        const call = deed.what === "put" ? client.putOpeningRequest({ request } as never) : step(deed.what as Action);
        await call.catch((error: unknown) => {
          if (!(error instanceof Refusal) || error.reason === "INTERNAL") throw error;
        });
        if (next !== undefined) model.set(id, next);
      }
      const confirmed = [...model].filter(([, state]) => state === "confirmed").map(([id]) => id);
      await vi.waitFor(() => expect(confirmed.every((id) => standing.has(id))).toBe(true), { interval: 2 });
      expect([...standing].filter((id) => id.startsWith(`run-${run}-`)).sort()).toEqual(confirmed.sort());
    }),
    { numRuns: 40, seed: 20261201 },
  );
  await house.close();
}, 60_000);
