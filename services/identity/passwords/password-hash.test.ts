import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createPasswordHashes, HASHES_WAITING, HASHING, readHash } from "./password-hash.ts";

const parts = { randomBytes, monotonic: () => 0 };
const hashes = createPasswordHashes({ ...parts, pepper: Buffer.from("pepper of this node") });
const PASSWORD = "kettle frozen bishop tango";

test("a password is kept as an Argon2id hash of 19 MiB and two passes, salted, and is known again by it", async () => {
  const [one, other] = await Promise.all([hashes.of(PASSWORD), hashes.of(PASSWORD)]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(other).not.toBe(one);
  expect(await hashes.match(PASSWORD, one)).toBe(true);
  expect(await hashes.match(`${PASSWORD} `, one)).toBe(false);
});

test("what the store holds is of no use without the key of the node", async () => {
  const elsewhere = createPasswordHashes({ ...parts, pepper: Buffer.from("pepper of another node") });
  expect(await elsewhere.match(PASSWORD, await hashes.of(PASSWORD))).toBe(false);
});

test("nobody's password is none, whatever it is", async () => {
  expect(await hashes.match("", undefined)).toBe(false);
  expect(await hashes.match(PASSWORD, "not a hash")).toBe(false);
});

test("a hash that would cost more than those that are made here is none", () => {
  const salt = "AAAAAAAAAAAAAAAAAAAAAA";
  const hash = `${salt}${salt.slice(1)}`;
  expect(readHash(`$argon2id$v=19$m=19456,t=2,p=1$${salt}$${hash}`)).toBeDefined();
  expect(readHash(`$argon2id$v=19$m=999999,t=2,p=1$${salt}$${hash}`)).toBeUndefined();
  expect(readHash(`$argon2id$v=19$m=19456,t=99,p=1$${salt}$${hash}`)).toBeUndefined();
  expect(readHash(`$argon2id$v=19$m=19456,t=0,p=1$${salt}$${hash}`)).toBeUndefined();
});

test("hashes are bounded: who comes when as many wait as may is told to come again", async () => {
  // One that costs little, as none is made here.
  const cheap = `$argon2id$v=19$m=1024,t=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
  const all = Array.from({ length: HASHING + HASHES_WAITING + 1 }, () => hashes.match(PASSWORD, cheap));
  const last = all.pop() as Promise<boolean>;
  await expect(last).rejects.toMatchObject({ reason: "RATE_EXCEEDED", retryAfterMs: 1_000 });
  expect(await Promise.all(all)).toEqual(all.map(() => false));
});
