import { beforeEach, describe, expect, test } from "vitest";
import { openProvince } from "../../../test/fixtures/catalog.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { registerText, signedRegister } from "../../trust/issuer-register.ts";
import type { RegisterContent, RegisteredBody } from "../../trust/register-content.ts";
import type { CatalogContext } from "../context.ts";
import { OWNERS, type OwnerDocument, RIGHTS, type RightsDocument } from "../stored/province-records.ts";
import { ownRegister, saidBefore } from "./said-before.ts";

const [CODE, TYPE] = ["114401000000990003", "11100000MB03271699001"] as const;
const BUILT_AT = "2026-06-15T03:00:00.000Z";
const EARLIER = "2026-06-15T02:00:00.000Z";

const period = (node: string, more = {}) => ({ type: TYPE, node, from: "2026-01-01", ...more });
const body = (more: Partial<RegisteredBody> = {}): RegisteredBody => ({
  node: "440100",
  exact: true,
  rights: {},
  ...more,
});
const register = (said: RegisteredBody): RegisterContent => ({
  publisher: "440000",
  builtAt: BUILT_AT,
  bodies: { [CODE]: said },
});

describe.each(await bothEngines())(
  "what a register says that the province does not know any more, on $name",
  (engine) => {
    let context: CatalogContext;
    beforeEach(async () => {
      const { test: province, close } = await openProvince(engine);
      const { store } = province.runtime;
      const [owners, rights] = [await store.collection(OWNERS), await store.collection(RIGHTS)];
      context = { runtime: province.runtime, owners, rights } as unknown as CatalogContext;
      return close;
    });

    const confirmed = (node: string, changedAt: string): Promise<void> => {
      const said = { code: CODE, confirmedAt: changedAt, owners: [{ node }], set: [{}] };
      const document = {
        _id: `department/${CODE}`,
        revision: 1,
        kind: "department",
        key: CODE,
        node,
        changedAt,
        body: said,
      };
      return context.owners.insert(document as OwnerDocument);
    };
    const granted = (node: string, changedAt: string, forUnits = false): Promise<void> => {
      const key = `${CODE}/YYZZ`;
      const periods = [{ node, since: "2026-01-01", forUnits }];
      const parts = { departmentCode: CODE, itemCode: "YYZZ", typeCode: TYPE, periods, changedAt };
      return context.rights.insert({ _id: key, revision: 1, key, ...parts } satisfies RightsDocument);
    };
    const lost = async (said: RegisteredBody) => {
      const { bodies, rights, uncertain, notices } = await saidBefore(context, register(said));
      return [bodies, rights, uncertain, notices].map(({ length }) => length);
    };

    test("what is missing was lost; what is as it says was not", async () => {
      const said = body({ rights: { YYZZ: [period("440100", { units: true })] } });
      expect(await lost(said)).toEqual([1, 1, 0, 0]);
      await confirmed("440100", EARLIER);
      await granted("440100", EARLIER, true);
      expect(await lost(said)).toEqual([0, 0, 0, 0]);
    });

    test("what differs was lost where it was changed before the register was made, and is later where it was changed since", async () => {
      const said = body({ node: "440300", rights: { YYZZ: [period("440300")] } });
      await confirmed("440100", EARLIER);
      await granted("440100", EARLIER);
      expect(await lost(said)).toEqual([1, 1, 0, 0]);
      const later = "2026-06-15T03:30:00.000Z";
      const owner = (await context.owners.get(`department/${CODE}`)) as OwnerDocument;
      await context.owners.replace({ ...owner, changedAt: later });
      const right = (await context.rights.get(`${CODE}/YYZZ`)) as RightsDocument;
      await context.rights.replace({ ...right, changedAt: later });
      expect(await lost(said)).toEqual([0, 0, 0, 0]);
    });

    test("what was changed while the register was made, by clocks that may differ, is told and left as it is", async () => {
      await confirmed("440100", "2026-06-15T02:59:58.000Z");
      expect(await lost(body({ node: "440300" }))).toEqual([0, 0, 0, 1]);
    });

    test("a right of a body above is nobody else's; one of before that was told is not sure to be the body's", async () => {
      await confirmed("440100", EARLIER);
      expect(await lost(body({ rights: { YYZZ: [period("440100", { above: "X" })] } }))).toEqual([0, 0, 0, 0]);
      const { exact: _exact, ...before } = body({ rights: { YYZZ: [period("440100")] } });
      expect(await lost(before)).toEqual([0, 0, 1, 0]);
    });

    test("only what this province has signed counts as its word", async () => {
      const text = registerText(register(body()));
      const own = signedRegister(text, (bytes) => context.runtime.nodeKey.sign(bytes));
      expect((await ownRegister(context, own))?.builtAt).toBe(BUILT_AT);
      const other = await openTestRuntime({ service: "catalog" });
      const foreign = signedRegister(text, (bytes) => other.runtime.nodeKey.sign(bytes));
      expect(await ownRegister(context, foreign)).toBeUndefined();
      expect(await ownRegister(context, new Uint8Array())).toBeUndefined();
      await other.close();
    });
  },
);
