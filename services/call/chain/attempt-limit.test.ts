import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Refusal } from "../../domain/refusal.ts";
import { createAttemptLimit } from "./attempt-limit.ts";

const never = new AbortController().signal;
const wrong = async () => undefined;
const right = async () => "account";
const here = { address: "192.0.2.1", name: "440100-a" };
const elsewhere = { address: "192.0.2.2", name: "440100-a" };

/** A limit whose pauses take no time and are told. */
function open() {
  let time = Date.UTC(2026, 10, 24, 2);
  const pauses: number[] = [];
  const limit = createAttemptLimit(
    () => time,
    async (ms) => void pauses.push(ms),
  );
  const fail = async (times: number, source = here) => {
    for (let failure = 0; failure < times; failure++) await limit.run(source, never, wrong);
  };
  return { limit, pauses, fail, later: (ms: number) => (time += ms) };
}

const outcome = (attempt: Promise<unknown>) =>
  attempt.then(
    (found) => found,
    ({ reason, retryAfterMs }: Refusal) => ({ reason, retryAfterMs }),
  );

test("from the sixth failure on attempts are held up, twice as long each time and 2 seconds at most", async () => {
  const { pauses, fail } = open();
  await fail(5);
  expect(pauses).toEqual([]);
  await fail(8);
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

test("the right secret passes after ten failures and clears them; from elsewhere it is not held up", async () => {
  const { limit, pauses, fail } = open();
  await fail(10);
  const before = pauses.length;
  expect(await limit.run(elsewhere, never, right)).toBe("account");
  expect(pauses).toHaveLength(before);
  expect(await limit.run(here, never, right)).toBe("account");
  expect(pauses.at(-1)).toBe(1_600);
  const passed = pauses.length;
  await fail(5);
  expect(pauses).toHaveLength(passed);
});

test("a minute without a failure forgives", async () => {
  const { pauses, fail, later } = open();
  await fail(7);
  later(60_001);
  const before = pauses.length;
  await fail(5);
  expect(pauses).toHaveLength(before);
});

test("an address that tries many names is held up for all of them from the 21st failure on", async () => {
  const { limit, pauses, fail } = open();
  for (let name = 0; name < 20; name++) await fail(1, { ...here, name: `440100-${name}` });
  expect(pauses).toEqual([]);
  for (let name = 20; name < 30; name++) await fail(1, { ...here, name: `440100-${name}` });
  expect(pauses).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000]);
  expect(await limit.run({ ...elsewhere, name: "440100-20" }, never, right)).toBe("account");
  expect(pauses).toHaveLength(9);
});

test("who fails gets one attempt at a time; four may wait, further ones are told when to come again", async () => {
  const { limit, fail } = open();
  await fail(6);
  let inside = 0;
  let most = 0;
  const slow = async () => {
    most = Math.max(most, ++inside);
    await turn();
    inside--;
    return undefined;
  };
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome(limit.run(here, never, slow))));
  expect(most).toBe(1);
  expect(outcomes.filter((one) => one === undefined)).toHaveLength(5);
  expect(outcomes.filter((one) => one !== undefined)).toEqual(
    Array.from({ length: 5 }, () => ({ reason: "RATE_EXCEEDED", retryAfterMs: 1_100 })),
  );
});

test("an attempt whose caller has gone while it waited is not made", async () => {
  const { limit } = open();
  const gone = AbortSignal.abort(new Error("gone"));
  let made = false;
  await expect(limit.run(here, gone, async () => (made = true))).rejects.toThrow("gone");
  expect(made).toBe(false);
});

test("what is remembered is bounded, and nobody who waits is forgotten", async () => {
  const { limit, pauses, fail } = open();
  await fail(6);
  const ended = Promise.withResolvers<undefined>();
  const held = limit.run(here, never, () => ended.promise);
  for (let source = 0; source < 10_001; source++) {
    await limit.run({ address: `2001:db8:${source.toString(16)}::1`, name: "440100-a" }, never, wrong);
  }
  ended.resolve(undefined);
  await held;
  const before = pauses.length;
  await fail(1);
  expect(pauses.slice(before)).toEqual([200]);
});
