import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
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

describe.each(await bothEngines())("requests that are sent back on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: GovernanceHouse;
  const standing = new Map<string, IssuingOpening>();
  const openings = openingsIn(() => standing);
  const { as, put, step } = requestsOf(() => house);

  beforeAll(async () => {
    opened = await engine.open();
    house = await openGovernanceHouse(opened.store, { "ecert.catalog.v1.RegistryService": openings });
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
});
