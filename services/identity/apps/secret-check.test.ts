import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Refusal } from "../../domain/refusal.ts";
import { hashSecret } from "./secret.ts";
import { COMPARING, COMPARISONS_WAITING, createSecretCheck, KNOWN_MS } from "./secret-check.ts";

const APP = "440100-a";

function open() {
  let time = Date.UTC(2026, 10, 24, 2);
  const pauses: number[] = [];
  const check = createSecretCheck({ monotonic: () => time, randomBytes }, async (ms) => void pauses.push(ms));
  return { check, pauses, later: (ms: number) => (time += ms) };
}

const saltOf = (hash: string) => hash.split("$")[1];
const account = async (secret: string) => [await hashSecret(secret, randomBytes)];

test("a secret that was right is known for ten minutes, for its app and hash alone", async () => {
  const { check, later } = open();
  const kept = await account("right");
  expect(check.known(APP, "right", kept)).toBeUndefined();
  expect(await check.compare(APP, "wrong", kept)).toBeUndefined();
  expect(await check.compare(APP, "right", kept)).toBe(kept[0]);
  expect(check.known(APP, "right", kept)).toBe(kept[0]);
  expect([check.remembers(APP), check.remembers("440100-b")]).toEqual([true, false]);
  expect(check.known(APP, "wrong", kept)).toBeUndefined();
  expect(check.known("440100-b", "right", kept)).toBeUndefined();
  // The secret was rotated, or the app is gone.
  expect(check.known(APP, "right", await account("right"))).toBeUndefined();
  expect(check.known(APP, "right", [])).toBeUndefined();
  later(KNOWN_MS);
  expect([check.known(APP, "right", kept), check.remembers(APP)]).toEqual([undefined, false]);
});

test("both secrets of an app are known again while one is being replaced, and a comparison with both is one derivation", async () => {
  const { check } = open();
  const [old = ""] = await account("old");
  const fresh = await hashSecret("new", randomBytes, old);
  const both = [fresh, old];
  expect(saltOf(fresh)).toBe(saltOf(old));
  expect(await check.compare(APP, "old", both)).toBe(old);
  expect(await check.compare(APP, "new", both)).toBe(fresh);
  expect(await check.compare(APP, "wrong", both)).toBeUndefined();
  expect([check.known(APP, "old", both), check.known(APP, "new", both)]).toEqual([old, fresh]);
  // Of hashes with salts of their own, as another node may send them, the right one is found too.
  const other = await account("third");
  expect(await check.compare(APP, "third", [...other, old])).toBe(other[0]);
});

test("a name of no app costs no comparison, and takes as long as the last one did", async () => {
  const { check, pauses } = open();
  expect(await check.compare("440100-nobody", "x", [])).toBeUndefined();
  const kept = await account("right");
  await check.compare(APP, "right", kept);
  expect(await check.compare("440100-nobody", "x", [])).toBeUndefined();
  expect(pauses).toHaveLength(2);
  expect(pauses[1]).not.toBe(pauses[0]);
});

test("comparisons in a process are bounded; beyond what may wait RATE_EXCEEDED tells when to come again", async () => {
  const { check } = open();
  const kept = await account("right");
  const places = COMPARING + COMPARISONS_WAITING;
  const outcomes = await Promise.all(
    Array.from({ length: places + 3 }, () =>
      check.compare(APP, "wrong", kept).catch(({ reason, retryAfterMs }: Refusal) => ({ reason, retryAfterMs })),
    ),
  );
  expect(outcomes.filter((one) => one === undefined)).toHaveLength(places);
  expect(outcomes.slice(places)).toEqual(
    Array.from({ length: 3 }, () => ({ reason: "RATE_EXCEEDED", retryAfterMs: 1_000 })),
  );
  expect(await check.compare(APP, "right", kept)).toBe(kept[0]);
});

test("names of no app take no turn from an app that exists, and wait as long as it would", async () => {
  const pauses: number[] = [];
  const ended = Promise.withResolvers<void>();
  const check = createSecretCheck({ monotonic: () => performance.now(), randomBytes }, (ms) => {
    pauses.push(ms);
    return ended.promise;
  });
  const kept = await account("right");
  const unknown = () => check.compare("440100-nobody", "x", []);
  const guesses = Array.from({ length: COMPARING + COMPARISONS_WAITING + 3 }, unknown);
  const compared = Array.from({ length: COMPARING + 1 }, () => check.compare(APP, "right", kept));
  guesses.push(unknown());
  expect(await Promise.all(compared)).toEqual(compared.map(() => kept[0]));
  expect((pauses.at(-1) ?? 0) / (pauses[0] ?? 1)).toBe(2);
  ended.resolve();
  expect(new Set(await Promise.all(guesses))).toEqual(new Set([undefined]));
});
