import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { base32 } from "./base32.ts";
import { drawFactor, openFactor } from "./second-factor.ts";

const key = Buffer.alloc(32, 7);
const owner = { account: "440100-li", node: "岭海市电子证照系统" };

test.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foobar", "MZXW6YTBOI"],
])("%j is written in base 32 as in RFC 4648, without padding", (text, written) => {
  expect(base32(Buffer.from(text))).toBe(written);
});

test("a second factor is told as authenticators read it, and kept sealed", () => {
  const { uri, sealed } = drawFactor({ randomBytes }, key, owner);
  const secret = openFactor(key, owner.account, sealed) as Uint8Array;
  const { protocol, pathname, searchParams } = new URL(uri);
  expect([protocol, decodeURIComponent(pathname)]).toEqual(["otpauth:", "/岭海市电子证照系统:440100-li"]);
  expect(Object.fromEntries(searchParams)).toEqual({
    secret: base32(secret),
    issuer: owner.node,
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
  expect(secret).toHaveLength(20);
});

test("a second factor opens for no other account and under no other key", () => {
  const { sealed } = drawFactor({ randomBytes }, key, owner);
  expect(openFactor(key, "440100-wu", sealed)).toBeUndefined();
  expect(openFactor(Buffer.alloc(32, 8), owner.account, sealed)).toBeUndefined();
});
