import { expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { attemptAll } from "./attempts.ts";
import { Deadline } from "./deadline.ts";
import type { Replica } from "./replica.ts";
import { Unanswered } from "./unanswered.ts";

const away = (unprocessed: boolean) => new Unanswered("away", unprocessed, "https://a", "it went");
const DONE = new Uint8Array([1]);

/** Calls over replicas of which each does what its list says, then answers. */
async function calls(lists: Record<string, unknown[]>, options: { repeatable?: boolean; attempts?: number } = {}) {
  const deadline = new Deadline({ timeoutMs: 5_000 });
  const asked: string[] = [];
  const tokens: number[] = [];
  const outcome = await attemptAll({
    replicas: Object.keys(lists).map((address) => ({ address, fit: true, silent: false, load: 0 }) as Replica),
    deadline,
    manner: { read: false, repeatable: options.repeatable ?? true },
    attempts: options.attempts ?? 3,
    impatient: false,
    renewToken: () => tokens.push(1),
    async send({ address }) {
      asked.push(address);
      const error = lists[address]?.shift();
      if (error) throw error;
      return DONE;
    },
  }).then(
    () => "OK",
    (error: Refusal) => error.reason,
  );
  deadline.end();
  return { outcome, asked, tokens: tokens.length };
}

test("what was not processed is sent again for every method, at the other replica first, however often", async () => {
  const many = () => Array.from({ length: 4 }, () => away(true));
  const { outcome, asked } = await calls({ a: many(), b: many() }, { repeatable: false, attempts: 1 });
  expect(outcome).toBe("OK");
  expect(new Set(asked.slice(0, 2))).toEqual(new Set(["a", "b"]));
  expect(asked).toHaveLength(9);
});

test("what may have been processed is sent again only where the contract declares that harmless", async () => {
  expect(await calls({ a: [away(false)] }, { repeatable: false })).toMatchObject({
    outcome: "PEER_AWAY",
    asked: ["a"],
  });
  expect(await calls({ a: [away(false)] })).toMatchObject({ outcome: "OK", asked: ["a", "a"] });
});

test.each(["AGENT_AWAY", "DEVICE_AWAY", "STORE_AWAY", "PEER_AWAY"] as const)(
  "%s of one replica is no refusal while the other one serves",
  async (reason) => {
    const refusal = new Refusal(reason, "x", { retryAfterMs: 60_000 });
    const { outcome } = await calls({ a: [refusal, refusal, refusal], b: [] }, { attempts: 1 });
    expect(outcome).toBe("OK");
  },
);

test.each(["OVERLOADED", "RATE_EXCEEDED"] as const)("%s is waited out within the deadline", async (reason) => {
  const refusals = Array.from({ length: 5 }, () => new Refusal(reason, "x", { retryAfterMs: 10 }));
  expect(await calls({ a: refusals }, { repeatable: false, attempts: 1 })).toMatchObject({ outcome: "OK" });
});

test("advice to come again after the deadline is passed on at once", async () => {
  const refusal = new Refusal("RATE_EXCEEDED", "x", { retryAfterMs: 60_000 });
  expect(await calls({ a: [refusal] })).toMatchObject({ outcome: "RATE_EXCEEDED", asked: ["a"] });
});

test("a reason that may pass is tried for as many rounds as the options say", async () => {
  const refusals = Array.from({ length: 9 }, () => new Refusal("AGENT_AWAY", "x", { retryAfterMs: 10 }));
  expect((await calls({ a: [...refusals] }, { attempts: 2 })).asked).toEqual(["a", "a"]);
});

test("a decided refusal is final", async () => {
  const refusal = new Refusal("STATE_CONFLICT", "x");
  expect(await calls({ a: [refusal], b: [refusal] })).toMatchObject({ outcome: "STATE_CONFLICT" });
});

test("a token that is refused is renewed once", async () => {
  const refusal = () => new Refusal("TOKEN_EXPIRED", "x");
  expect(await calls({ a: [refusal()] }, { repeatable: false })).toEqual({
    outcome: "OK",
    asked: ["a", "a"],
    tokens: 1,
  });
  expect(await calls({ a: [refusal(), refusal()] })).toMatchObject({ outcome: "TOKEN_EXPIRED", tokens: 1 });
});

test("what is no answer of the platform is told as a fault of the client, with what happened and where", async () => {
  const fault = new Unanswered("fault", false, "https://a", "HTTP status 418 is no answer of a core");
  expect(await calls({ a: [fault] }, { repeatable: false })).toMatchObject({ outcome: "CLIENT_FAULT" });
  expect(fault.refusal(false).message).toBe(
    "https://a: HTTP status 418 is no answer of a core; whether the request was processed is not known",
  );
});
