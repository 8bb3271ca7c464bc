import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAuthority } from "../../../ops/authority/authority.ts";
import type { HolderProvider } from "../../host/holder-provider.ts";
import { holderTokens } from "./holder-tokens.ts";

const NOW = new Date("2026-11-24T02:00:00Z");
const ISSUER = "https://portal.example";
const directory = mkdtempSync(join(tmpdir(), "ecert-holders-"));
const claims = { name: "李试验", number: "440106199003071231" };
/** What the provider publishes; a text is sent as it is. */
let published: object | string = "";
let asked = 0;
let provider: HolderProvider;
let keys: Record<"first" | "second" | "foreign", { privateKey: CryptoKey; publicKey: CryptoKey }>;

const authority = createAuthority(join(directory, "authority"));
const { certPem, keyPem } = authority.issueTls({ node: "440100", kind: "service", name: "portal", ip: ["127.0.0.1"] });
const server = createServer({ cert: certPem, key: keyPem }, (_, answer) => {
  asked += 1;
  answer.end(typeof published === "string" ? published : JSON.stringify(published));
});

beforeAll(async () => {
  const pair = () => generateKeyPair("ES256", { extractable: true });
  keys = { first: await pair(), second: await pair(), foreign: await pair() };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  writeFileSync(join(directory, "ca.pem"), authority.certificates.root);
  provider = {
    issuer: ISSUER,
    audience: "ecert",
    jwksUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    caFile: join(directory, "ca.pem"),
    algorithms: ["ES256"],
    tokenType: "at+jwt",
    lifetimeSeconds: 600,
    person: { name: "name", code: "number", codeType: { fixed: "111" } },
  };
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  asked = 0;
  published = await setOf("first");
});

async function setOf(...names: (keyof typeof keys)[]): Promise<object> {
  return {
    keys: await Promise.all(
      names.map(async (kid) => ({ ...(await exportJWK(keys[kid].publicKey)), kid, alg: "ES256" })),
    ),
  };
}
const open = (now = () => NOW) => holderTokens({ providers: [provider], now, clockSkewMs: 5_000 });
const seconds = Math.floor(NOW.getTime() / 1_000);
const good = { iss: ISSUER, aud: "ecert", sub: "u-1", iat: seconds, exp: seconds + 300, ...claims };
function signed(change: JWTPayload = {}, by: keyof typeof keys = "first", header = {}): Promise<string> {
  const given = Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined));
  return new SignJWT(given)
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: by, ...header })
    .sign(keys[by].privateKey);
}
const reasonOf = (token: string, tokens = open()) =>
  tokens.verify(token).then(
    () => "OK",
    ({ reason, localized }) => (/请/.test(localized) ? reason : `${reason} without a remedy`),
  );

test("5.5.2 a holder is known by a provider's token; the provider is asked for its keys once", async () => {
  const tokens = open();
  const token = await signed();
  expect(tokens.claims(token)).toBe(true);
  for (let time = 0; time < 3; time++)
    expect(await tokens.verify(token)).toEqual({
      kind: "holder",
      name: claims.name,
      code: claims.number,
      codeType: "111",
      provider: provider.issuer,
    });
  expect(await reasonOf(await signed({ sub: "u-2" }), tokens)).toBe("OK");
  expect(asked).toBe(1);
});

test("a token of this platform or of nobody is none of a provider's", async () => {
  const tokens = open();
  expect([await signed({ iss: "440100" }), "x.y.z", ""].map((token) => tokens.claims(token))).toEqual([
    false,
    false,
    false,
  ]);
});

test.each([
  ["another audience", { aud: "shop" }, "TOKEN_REFUSED"],
  ["no audience", { aud: undefined }, "TOKEN_REFUSED"],
  ["an end that is over", { iat: seconds - 600, exp: seconds - 60 }, "TOKEN_EXPIRED"],
  ["no end", { exp: undefined }, "TOKEN_REFUSED"],
  ["no subject", { sub: undefined }, "TOKEN_REFUSED"],
  ["a beginning that is to come", { nbf: seconds + 60 }, "TOKEN_REFUSED"],
  ["a longer life than is taken", { exp: seconds + 601 }, "TOKEN_REFUSED"],
  ["no name", { name: undefined }, "TOKEN_REFUSED"],
])("a token with %s is refused", async (_, change, reason) => {
  expect(await reasonOf(await signed(change as JWTPayload))).toBe(reason);
});

test("tricks with key, algorithm and kind are refused: a key of somebody else, none, a shared secret, an identity token", async () => {
  expect(await reasonOf(await signed({}, "foreign", { kid: "first" }))).toBe("TOKEN_REFUSED");
  expect(await reasonOf(await signed({}, "foreign"))).toBe("TOKEN_REFUSED");
  expect(await reasonOf(await signed({}, "first", { typ: "JWT" }))).toBe("TOKEN_REFUSED");
  expect(await reasonOf(new UnsecuredJWT(good).encode())).toBe("TOKEN_REFUSED");
  const shared = new TextEncoder().encode(JSON.stringify(await exportJWK(keys.first.publicKey)));
  const forged = new SignJWT(good).setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: "first" }).sign(shared);
  expect(await reasonOf(await forged)).toBe("TOKEN_REFUSED");
});

test("a token that was good is refused once it has expired", async () => {
  let now = NOW;
  const tokens = open(() => now);
  const token = await signed();
  expect(await reasonOf(token, tokens)).toBe("OK");
  now = new Date(NOW.getTime() + 306_000);
  expect(await reasonOf(token, tokens)).toBe("TOKEN_EXPIRED");
});

test("a provider that rolls its keys over is asked again; forged key names make nobody ask it each time", async () => {
  const tokens = open();
  published = await setOf("first", "second");
  expect(await reasonOf(await signed({}, "second"), tokens)).toBe("OK");
  for (let time = 0; time < 5; time++)
    expect(await reasonOf(await signed({}, "second", { kid: `forged-${time}` }), tokens)).toBe("TOKEN_REFUSED");
  expect(asked).toBe(1);
});

test.each([
  ["no JSON", "<html>"],
  ["no key set", "{}"],
  ["more than anybody reads", "x".repeat(300_000)],
])("a provider that answers with %s is away: its tokens are neither taken nor called wrong", async (_, body) => {
  published = body;
  expect(await reasonOf(await signed())).toBe("PEER_AWAY");
});

test("so is one that does not answer", async () => {
  const gone = { ...provider, jwksUrl: "https://127.0.0.1:1/jwks" };
  const tokens = holderTokens({ providers: [gone], now: () => NOW, clockSkewMs: 0 });
  expect(await reasonOf(await signed(), tokens)).toBe("PEER_AWAY");
});
