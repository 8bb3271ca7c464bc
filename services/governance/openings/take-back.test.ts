import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Delegation, DelegationSchema } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import {
  type IssuingOpening,
  IssuingOpeningSchema,
  OpeningHaltKind,
  OpeningHaltSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  OpeningRequestAction as Action,
  OpeningRequestState as State,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import { BUREAU, codeOf, type GovernanceHouse, openGovernanceHouse } from "../../../test/fixtures/governance-house.ts";
import { issuing, openingsIn, type PutOpening, requestsOf } from "../../../test/fixtures/opening-requests.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Store } from "../../store/port.ts";

/** A call of PutDelegation, as the governance service makes it. */
interface PutGrant {
  delegation: Delegation;
  validateOnly: boolean;
  changes?: bigint;
}

describe.each(await bothEngines())("requests that are sent back on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  const standing = new Map<string, IssuingOpening>();
  let grant: { before: Delegation; count: number };
  let told: (delegation: Delegation) => void;
  const openings = openingsIn(() => standing);
  const { as, put, step } = requestsOf(() => house);

  beforeAll(async () => {
    opened = await engine.open();
    const delegations = {
      async putDelegation({ delegation, validateOnly, changes }: PutGrant) {
        const { before, count } = grant;
        if (changes !== undefined && changes !== BigInt(count))
          throw new Refusal("REVISION_CONFLICT", "it has changed");
        if (!validateOnly) grant = { before: delegation, count: count + 1 };
        if (!validateOnly) told(delegation);
        return { delegation, before, changes: BigInt(count) };
      },
    };
    house = await openGovernanceHouse(opened.store, {
      "ecert.catalog.v1.RegistryService": openings,
      "ecert.catalog.v1.OpeningService": delegations,
    });
  });
  afterAll(async () => {
    await house.close();
    await opened.remove();
  });

  test("6.2.4.2, 6.4.4.2: sent back half-way, what it has brought in is withdrawn, what stood before stands as before, and nobody who is late brings it in", async () => {
    const unitCodes = Array.from({ length: 60 }, (_, at) => codeOf(String(at + 3_000)));
    for (const code of unitCodes)
      house.departments.set(code, { code, division: "440106", superiorCode: BUREAU.department });
    const [old, stopped] = unitCodes as [string, string];
    const keyOf = (code: string) => `BACK/${code}`;
    const { value } = issuing("BACK", { departmentCode: old, closesOn: "2026-12-31" });
    const before = create(IssuingOpeningSchema, value);
    standing.set(keyOf(old), before);
    await put("back", "BACK", { unitCodes });
    await step("asks", "back", Action.SUBMIT);
    const { set } = standing;
    const failing = (after: number) => {
      let left = after;
      standing.set = (key, value) => {
        left -= 1;
        if (left < 0) throw new Refusal("PEER_AWAY", "the catalog is away");
        return set.call(standing, key, value);
      };
    };
    const waiting = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 10_000, interval: 5 });
    const read = async () => (await as("judges").getOpeningRequest({ id: "back" })).request;
    failing(55);
    await step("judges", "back", Action.CONFIRM);
    await waiting(async () => expect((await read())?.fault).toContain("away"));
    expect(standing.size).toBe(55);
    // The body stops one of them at once, in between.
    const halt = create(OpeningHaltSchema, { kind: OpeningHaltKind.SUSPENDED, cause: "抽查" });
    const brought = standing.get(keyOf(stopped)) as IssuingOpening;
    set.call(standing, keyOf(stopped), create(IssuingOpeningSchema, { ...brought, halt }));
    failing(20);
    await step("judges", "back", Action.RETURN, "单位有误");
    await waiting(async () => expect((await read())?.fault).toContain("away"));
    expect((await read())?.state).toBe(State.RETURNED);
    await expect(step("asks", "back", Action.SUBMIT)).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    await expect(put("back", "BACK", { unitCodes: [] })).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    standing.set = set;
    await put("wake", "WAKE");
    await step("asks", "wake", Action.SUBMIT);
    await step("judges", "wake", Action.CONFIRM);
    await waiting(async () => expect((await read())?.steps.at(-1)?.action).toBe("takeBack"));
    const open = () => [...standing].filter(([key, one]) => key.startsWith("BACK/") && !one.halt).map(([key]) => key);
    expect(open()).toEqual([keyOf(old)]);
    expect(standing.get(keyOf(old))).toMatchObject({ closesOn: "2026-12-31" });
    expect(standing.get(keyOf(stopped))?.halt?.cause).toBe("抽查");
    expect(house.evidence.findLast(({ body }) => body.code === "back")?.body).toMatchObject({
      ...{ action: "takeBack", records: 61, by: "service/governance" },
    });
    // Calls of before that arrive only now, as those of a process that stood still.
    const late = house.called.flatMap(({ method, request }) => {
      const { opening, changes } = request as PutOpening;
      return method === "putIssuingOpening" && opening.itemCode === "BACK" && changes !== undefined ? [request] : [];
    });
    expect(late.length).toBeGreaterThan(54);
    const { putIssuingOpening } = openings;
    for (const request of late)
      await expect(putIssuingOpening(request as PutOpening)).rejects.toMatchObject({ reason: "REVISION_CONFLICT" });
    expect(open()).toEqual([keyOf(old)]);
    await put("back", "BACK", { unitCodes: [] });
    await step("asks", "back", Action.WITHDRAW, "不再申请");
  });

  test("6.4.4.2: a delegation that is sent back half-way stands as before, at no moment names less, and stays as others narrow it meanwhile", async () => {
    const had = {
      appKey: "440100-hall",
      departmentCode: BUREAU.department,
      itemCodes: ["A", "B"],
      since: "2026-12-01",
    };
    const narrowed = create(DelegationSchema, { ...had, grantedBy: BUREAU.department, itemCodes: ["A"] });
    for (const [id, meanwhile] of [
      ["grant", undefined],
      ["grant-narrowed", narrowed],
    ] as const) {
      const before = create(DelegationSchema, { ...had, grantedBy: BUREAU.department, until: "2027-12-31" });
      grant = { before, count: 1 };
      let lost = true;
      const named: string[][] = [];
      told = ({ itemCodes, since }) => {
        named.push(itemCodes);
        // The answer to the first is lost on the way.
        if (lost) throw new Refusal("PEER_AWAY", "the catalog is away");
        if (meanwhile && since > "9") grant = { before: meanwhile, count: grant.count + 1 };
      };
      const value = { ...had, itemCodes: ["A", "B", "C"] };
      await put(id, "", { subject: { case: "delegation", value } });
      await step("asks", id, Action.SUBMIT);
      await step("judges", id, Action.CONFIRM);
      const read = async () => (await as("judges").getOpeningRequest({ id })).request;
      await vi.waitFor(async () => expect((await read())?.fault).toContain("away"), { timeout: 10_000, interval: 5 });
      lost = false;
      await step("judges", id, Action.RETURN, "事项有误");
      await vi.waitFor(async () => expect((await read())?.steps.at(-1)?.action).toBe("takeBack"), {
        ...{ timeout: 10_000, interval: 5 },
      });
      expect(grant.before).toEqual(meanwhile ?? before);
      expect(named).toEqual([["A", "B", "C"], ["A", "B"], ...(meanwhile ? [] : [["A", "B"]])]);
      await step("asks", id, Action.WITHDRAW, "不再申请");
    }
  });
});
