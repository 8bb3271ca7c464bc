import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import {
  type IssuingOpening,
  IssuingOpeningSchema,
  OpeningHaltKind,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  OpeningRequestAction as Action,
  OpeningRequestService,
  OpeningRequestState as State,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { BUREAU, CITY_BODY, openGovernanceHouse } from "../../../test/fixtures/governance-house.ts";
import { openingsIn, PERSONS } from "../../../test/fixtures/opening-requests.ts";
import { type IssuingSaid, moreInOpening } from "../../domain/only-less.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";

/** An opening as the rules know it, of which nothing is controlled. */
function saidBy({ halt, ...opening }: IssuingOpening): IssuingSaid {
  const kind = halt?.kind === OpeningHaltKind.WITHDRAWN ? "withdrawn" : "suspended";
  return { ...opening, signerAccounts: [], issuesPerDay: 0, ...(halt && { halt: { kind, cause: "", since: "" } }) };
}

test("6.2.4.2: in 10,000 random actions of random people nothing is open but what one asked for and another confirmed, and what was stopped goes on by a request alone", async () => {
  const standing = new Map<string, IssuingOpening>();
  const { putIssuingOpening, getIssuingOpening } = openingsIn(() => standing);
  const registry = { putIssuingOpening, getIssuingOpening };
  const house = await openGovernanceHouse(undefined, { "ecert.catalog.v1.RegistryService": registry });
  const HALTS = { open: undefined, suspend: OpeningHaltKind.SUSPENDED, withdraw: OpeningHaltKind.WITHDRAWN } as const;
  const who = fc.constantFrom(...["asks", "judges", "asks", "judges"], ...Object.keys(PERSONS));
  const steps = fc.constantFrom(
    ...[Action.SUBMIT, Action.SUBMIT, Action.CONFIRM, Action.CONFIRM, Action.RETURN, Action.WITHDRAW],
  );
  const forms = fc.constantFrom<(keyof typeof HALTS)[]>("open", "open", "suspend", "withdraw");
  const what = fc.oneof(
    fc.record({ ask: forms }),
    { weight: 3, arbitrary: fc.record({ step: steps }) },
    // At once, by PutIssuingOpening, as the catalog takes it from staff.
    fc.record({ atOnce: forms }),
  );
  const deeds = fc.array(fc.record({ who, what, item: fc.nat({ max: 1 }) }), { minLength: 100, maxLength: 100 });
  let [run, tried, opened, resumed] = [0, 0, 0, 0];
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      run += 1;
      /** Of each item its request: how many there were, where it stands, and what it asks for; and how it stands opened. */
      const asked = new Map<string, { id: string; state: string; form: keyof typeof HALTS }>();
      const model = new Map<string, keyof typeof HALTS>();
      for (const deed of all) {
        tried += 1;
        const [role, where] = PERSONS[deed.who] as [Role, { department: string }];
        const client = house.as(OpeningRequestService, deed.who, role, where);
        const itemCode = `R${run}-${deed.item}`;
        const one = asked.get(itemCode);
        const value = (form: keyof typeof HALTS) => ({
          ...{ itemCode, departmentCode: BUREAU.department, opensOn: "2026-12-01" },
          ...(HALTS[form] && { halt: { kind: HALTS[form], cause: "核查" } }),
        });
        const [own, body] = [where.department === BUREAU.department, deed.who === "judges"];
        const refusals = (error: unknown) => {
          if (!(error instanceof Refusal) || error.reason === "INTERNAL") throw error;
        };
        if ("atOnce" in deed.what) {
          if (!body) continue;
          const form = deed.what.atOnce;
          const key = `${itemCode}/${BUREAU.department}`;
          const opening = create(IssuingOpeningSchema, value(form));
          const before = standing.get(key);
          if (moreInOpening(before && saidBy(before), saidBy(opening)).length > 0) continue;
          await putIssuingOpening({ opening });
          model.set(itemCode, form);
        } else if ("ask" in deed.what) {
          const goesOn = one && ["draft", "returned"].includes(one.state);
          const id = goesOn ? one.id : `run-${run}-${tried}`;
          const request = {
            id,
            departmentCode: BUREAU.department,
            subject: { case: "issuing", value: value(deed.what.ask) },
          };
          await client.putOpeningRequest({ request } as never).catch(refusals);
          const isFree = !one || ["draft", "returned", "done", "withdrawn"].includes(one.state);
          if (own && isFree) asked.set(itemCode, { id, form: deed.what.ask, state: goesOn ? one.state : "draft" });
        } else if (one) {
          const { id, state, form } = one;
          const action = deed.what.step;
          const taken = async () => {
            const { request: read } = await client.getOpeningRequest({ id });
            await client.takeOpeningRequestStep({ id, action, remark: "说明", revision: read?.revision ?? 0 });
          };
          await taken().catch(refusals);
          if (action === Action.SUBMIT && own && ["draft", "returned"].includes(state)) one.state = "submitted";
          if (action === Action.RETURN && body && state === "submitted") one.state = "returned";
          if (action === Action.WITHDRAW && own && !["done", "withdrawn"].includes(state)) one.state = "withdrawn";
          if (action !== Action.CONFIRM || !body || state !== "submitted") continue;
          one.state = "done";
          opened += 1;
          if (form === "open" && (model.get(itemCode) ?? "open") !== "open") resumed += 1;
          model.set(itemCode, form);
          const judge = house.as(OpeningRequestService, "judges", "implementer", CITY_BODY);
          const isDone = async () => expect((await judge.getOpeningRequest({ id })).request?.state).toBe(State.DONE);
          await vi.waitFor(isDone, { timeout: 10_000, interval: 2 });
        }
      }
      const stands = [...standing].flatMap(([key, { halt }]) => {
        const form = !halt ? "open" : halt.kind === OpeningHaltKind.SUSPENDED ? "suspend" : "withdraw";
        return key.startsWith(`R${run}-`) ? [[key.split("/")[0] as string, form] as const] : [];
      });
      expect(stands.sort()).toEqual([...model].sort());
    }),
    { numRuns: 100, seed: 20261201 },
  );
  expect(tried).toBe(10_000);
  expect(opened).toBeGreaterThan(100);
  expect(resumed).toBeGreaterThan(5);
  await house.close();
}, 120_000);
