import { afterEach, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { writeStatusBundle } from "../../trust/status-bundle.ts";
import { passOnStatusBundle } from "./pass-on-status-bundle.ts";

const PROVINCE = "440000";
const [NOW, LATER] = ["2026-11-24T02:00:00.000Z", "2026-11-24T02:10:00.000Z"] as const;
const FRESH_MS = 600_000;

let environment: TestRuntime;
afterEach(() => environment.close());

/** A city whose province hands out what the test says. The test runtime has one key for every node. */
async function city() {
  let answer: () => Uint8Array = () => new Uint8Array();
  const clients = {
    "ecert.sync.v1.StatusService": { getStatusBundle: async () => ({ bundle: answer(), builtAt: "" }) },
  };
  environment = await openTestRuntime({ service: "sync", role: "city", code: "440100", now: NOW, clients });
  const { runtime } = environment;
  const bundle = (builtAt: string, publisher = PROVINCE) =>
    writeStatusBundle(
      { publisher, builtAt, nodes: [] },
      { suspended: [], revoked: [], superseded: [] },
      new Uint8Array(16),
      (bytes) => runtime.nodeKey.sign(bytes),
    );
  let now = Date.parse(NOW);
  return {
    bundle,
    publisher: passOnStatusBundle(runtime, PROVINCE, FRESH_MS),
    says: (next: () => Uint8Array) => {
      answer = next;
    },
    wait: () => {
      now += FRESH_MS + 1;
      environment.setNow(new Date(now).toISOString());
    },
  };
}

test("a city passes the province's bundle on as it was signed, and goes on with the last one while the province is away", async () => {
  const { publisher, bundle, says, wait } = await city();
  const away = () => {
    throw new Refusal("PEER_AWAY", "the province is away");
  };
  says(away);
  await expect(publisher.current()).rejects.toMatchObject({ reason: "PEER_AWAY" });
  const first = bundle(NOW);
  says(() => first);
  expect(await publisher.current()).toEqual({ bytes: first, builtAt: NOW });
  says(away);
  wait();
  expect((await publisher.current()).builtAt).toBe(NOW);
  says(() => bundle(LATER));
  wait();
  expect((await publisher.current()).builtAt).toBe(LATER);
});

test("a city passes on no bundle that is altered, of another node or older than one that it had", async () => {
  const { publisher, bundle, says, wait } = await city();
  const altered = bundle(LATER);
  altered[altered.length - 70] = (altered[altered.length - 70] ?? 0) ^ 1;
  for (const wrong of [altered, bundle(LATER, "440100"), new Uint8Array()]) {
    says(() => wrong);
    await expect(publisher.current()).rejects.toBeInstanceOf(Refusal);
  }
  says(() => bundle(LATER));
  expect((await publisher.current()).builtAt).toBe(LATER);
  says(() => bundle(NOW));
  wait();
  expect((await publisher.current()).builtAt).toBe(LATER);
});
