import { expect, test } from "vitest";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { NodeConfig } from "../../host/config.ts";
import { openRegisterSource } from "../../judgement/register-source.ts";
import { registerText, signedRegister } from "../../trust/issuer-register.ts";
import type { RegisteredBody } from "../../trust/register-content.ts";
import { requireIssuingRight } from "./issuing-right.ts";

const ISSUER = "11440100MB2C91870E";
const TYPE = "11100000MB03271699001";
const item = { issuerCode: ISSUER, itemCode: "YYZZ", typeCode: TYPE };
const peers = [{ node: "440000", role: "province" }] as unknown as NodeConfig["peers"];

async function scene(options: { peers?: NodeConfig["peers"] } = { peers }) {
  let rights: RegisteredBody["rights"] = {};
  let away = false;
  let asked = 0;
  const environment = await openTestRuntime({
    ...{ service: "catalog", code: "440100", now: "2026-11-24T02:00:00Z", ...options },
    clients: {
      "ecert.sync.v1.StatusService": {
        getIssuerRegister: async () => {
          asked += 1;
          if (away) throw new Refusal("PEER_AWAY", "the province is away");
          const builtAt = environment.runtime.now().toISOString();
          const bodies = { [ISSUER]: { node: "440100", rights } };
          const text = registerText({ publisher: "440000", builtAt, bodies });
          return {
            register: signedRegister(text, (bytes) => environment.runtime.nodeKey.sign(bytes)),
            builtAt,
            asOf: builtAt,
          };
        },
      },
    },
  });
  const register = await openRegisterSource(environment.runtime);
  return {
    ...environment,
    register,
    say: (periods: RegisteredBody["rights"][string], at: string) => {
      rights = { YYZZ: periods };
      environment.setNow(at);
    },
    setAway: (value: boolean) => {
      away = value;
    },
    asked: () => asked,
    require: () => requireIssuingRight({ runtime: environment.runtime, register }, item),
  };
}

const period = (node: string, from: string, until?: string) => ({ type: TYPE, node, from, ...(until && { until }) });
const refused = { reason: "ITEM_NOT_OPENED", metadata: { item_code: "YYZZ", issuer_code: ISSUER, node: "440100" } };

test("5.6.2: what the province has not granted, or has moved to another node, is refused before anything is made", async () => {
  await using stack = new AsyncDisposableStack();
  const house = await scene();
  stack.defer(() => house.close());
  await house.register.current();
  house.setNow("2026-11-24T02:00:01Z");
  await expect(house.require()).rejects.toMatchObject(refused);
  house.say([period("440000", "2026-01-01")], "2026-11-24T02:00:03Z");
  await expect(house.require()).rejects.toMatchObject(refused);
  house.say([period("440100", "2026-01-01", "2026-11-23")], "2026-11-24T02:00:06Z");
  await expect(house.require()).rejects.toMatchObject(refused);
  house.say([period("440100", "2026-11-25")], "2026-11-24T02:00:09Z");
  await expect(house.require()).rejects.toMatchObject(refused);
});

test("what the province has granted a moment ago is not refused: it is asked again before a no counts", async () => {
  await using stack = new AsyncDisposableStack();
  const house = await scene();
  stack.defer(() => house.close());
  await house.register.current();
  house.say([period("440100", "2026-01-01")], "2026-11-24T02:00:01Z");
  await Promise.all([house.require(), house.require()]);
  expect(house.asked()).toBe(2);
  house.setAway(true);
  await house.require();
  expect(house.asked()).toBe(2);
});

test("while the province cannot be asked, a register from before says no to nobody for good: what it may have granted since waits", async () => {
  await using stack = new AsyncDisposableStack();
  const house = await scene();
  stack.defer(() => house.close());
  await house.register.current();
  house.say([period("440100", "2026-01-01")], "2026-11-24T02:00:03Z");
  house.setAway(true);
  const waits = { reason: "PEER_AWAY", retryAfterMs: expect.any(Number) };
  await expect(house.require()).rejects.toMatchObject(waits);
  house.setAway(false);
  await house.require();
});

test("where there is no register, or no province, nothing is refused early", async () => {
  await using stack = new AsyncDisposableStack();
  const first = await scene();
  stack.defer(() => first.close());
  first.setAway(true);
  await first.require();
  const single = await scene({});
  stack.defer(() => single.close());
  await single.require();
  expect(single.register.expected).toBe(false);
});
