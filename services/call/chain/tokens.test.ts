import { generateKeyPairSync, sign } from "node:crypto";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import type { Refusal } from "../../domain/refusal.ts";
import { keyId, tokenKeys } from "./token-keys.ts";
import { tokenVerifier } from "./token-verifier.ts";
import { bearerToken, tokenSigner } from "./tokens.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const CLAIMS = { app: "440100-scjg", department: "114401000000990003", scopes: ["issue.make", "usage.use"] };
let time = 0;
const now = () => new Date(time);
const signer = tokenSigner({ privateKey, node: "440100", lifetimeSeconds: 600, now });
const verifier = () => tokenVerifier({ keys: tokenKeys([publicKey]), node: "440100", now, clockSkewMs: 5_000 });
const ISSUER = "https://certs.example:8443";
const byOauth = () =>
  tokenVerifier({ keys: tokenKeys([publicKey]), node: "440100", issuer: ISSUER, now, clockSkewMs: 5_000 });
/** A token as the token endpoint of OAuth 2 gives it, but for what is changed. */
const oauthToken = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => {
  const seconds = time / 1_000;
  const usual = { iss: ISSUER, aud: ISSUER, sub: CLAIMS.app, iat: seconds, exp: seconds + 600, scope: "usage.use" };
  return new SignJWT({ ...usual, department: "d", jti: "one", ...changes })
    .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: keyId(publicKey), ...header })
    .sign(privateKey);
};
const reasonOf = (checking: Promise<unknown>) =>
  checking.then(
    () => "OK",
    (error: Refusal) => error.reason,
  );

beforeEach(() => {
  time = Date.UTC(2026, 10, 24, 2);
});

describe("an access token", () => {
  test("tells app, department, node and scopes", async () => {
    const { token, expiresAt } = await signer.sign(CLAIMS);
    expect(expiresAt.getTime()).toBe(time + 600_000);
    expect(await verifier().verify(token)).toEqual({ kind: "app", node: "440100", ...CLAIMS });
  });

  test("lives at most 15 minutes, whatever was configured", async () => {
    const { expiresAt } = await tokenSigner({ privateKey, node: "440100", lifetimeSeconds: 86_400, now }).sign(CLAIMS);
    expect(expiresAt.getTime()).toBe(time + 900_000);
  });

  test("is good until its end, give or take the clocks' difference, also where it is remembered", async () => {
    const { token } = await signer.sign(CLAIMS);
    const remembering = verifier();
    await remembering.verify(token);
    time += 603_000;
    expect(await reasonOf(remembering.verify(token))).toBe("OK");
    expect(await reasonOf(verifier().verify(token))).toBe("OK");
    time += 3_000;
    expect(await reasonOf(remembering.verify(token))).toBe("TOKEN_EXPIRED");
    expect(await reasonOf(verifier().verify(token))).toBe("TOKEN_EXPIRED");
  });

  test("of another node is told which node it is of", async () => {
    const other = generateKeyPairSync("ed25519");
    const { token } = await tokenSigner({
      privateKey: other.privateKey,
      node: "440300",
      lifetimeSeconds: 600,
      now,
    }).sign(CLAIMS);
    await expect(verifier().verify(token)).rejects.toMatchObject({
      reason: "TOKEN_REFUSED",
      message: expect.stringContaining("of node 440300, this is node 440100"),
      metadata: { node: "440100", token_node: "440300" },
    });
  });

  test("of another issuer, kind or algorithm is refused", async () => {
    const forged = (alg: string, typ: string, issuer: string, audience: string) =>
      new SignJWT({ department: "d", scope: "" })
        .setProtectedHeader({ alg, typ })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject("a")
        .setIssuedAt(time / 1_000)
        .setExpirationTime(time / 1_000 + 60)
        .sign(alg === "HS256" ? publicKey.export({ format: "der", type: "spki" }) : privateKey);
    expect(await reasonOf(verifier().verify(await forged("EdDSA", "at+jwt", "440100", "ecert")))).toBe("OK");
    for (const spoilt of [
      forged("EdDSA", "at+jwt", "440300", "ecert"),
      forged("EdDSA", "at+jwt", "440100", "other"),
      forged("EdDSA", "JWT", "440100", "ecert"),
      forged("HS256", "at+jwt", "440100", "ecert"),
    ]) {
      expect(await reasonOf(verifier().verify(await spoilt))).toBe("TOKEN_REFUSED");
    }
  });

  test("that claims to live longer than 15 minutes is refused, even well signed", async () => {
    const token = await new SignJWT({ department: "d", scope: "" })
      .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" })
      .setIssuer("440100")
      .setAudience("ecert")
      .setSubject("a")
      .setIssuedAt(time / 1_000)
      .setExpirationTime(time / 1_000 + 86_400)
      .sign(privateKey);
    expect(await reasonOf(verifier().verify(token))).toBe("TOKEN_REFUSED");
  });
});

describe("a token of OAuth 2 (RFC 9068)", () => {
  test("is taken by its issuer, for itself alone", async () => {
    expect(await reasonOf(byOauth().verify(await oauthToken()))).toBe("OK");
    for (const changes of [
      { iss: "https://other.example" },
      { aud: "https://other.example" },
      { aud: "ecert" },
      { aud: [ISSUER, "https://other.example"] },
      { iss: "440100" },
      { sub: undefined },
      { exp: undefined },
      { iat: undefined },
      { scope: undefined },
    ]) {
      expect([changes, await reasonOf(byOauth().verify(await oauthToken(changes)))]).toEqual([
        changes,
        "TOKEN_REFUSED",
      ]);
    }
    expect(await reasonOf(verifier().verify(await oauthToken()))).toBe("TOKEN_REFUSED");
  });

  test("is refused before its time, after it, and beyond 15 minutes", async () => {
    const seconds = time / 1_000;
    expect(await reasonOf(byOauth().verify(await oauthToken({ nbf: seconds + 60 })))).toBe("TOKEN_REFUSED");
    expect(await reasonOf(byOauth().verify(await oauthToken({ iat: seconds + 60 })))).toBe("TOKEN_REFUSED");
    expect(await reasonOf(byOauth().verify(await oauthToken({ exp: seconds + 901 })))).toBe("TOKEN_REFUSED");
    expect(await reasonOf(byOauth().verify(await oauthToken({ iat: seconds - 60, exp: seconds - 30 })))).toBe(
      "TOKEN_EXPIRED",
    );
  });

  test("gets nowhere by its header: no algorithm, another one, a key that it brings, something critical", async () => {
    const good = await oauthToken();
    const [, payload, signature] = good.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
    const strange = { alg: "EdDSA", typ: "at+jwt", kid: keyId(publicKey), crit: ["strange"], strange: true };
    const critical = Buffer.from(JSON.stringify(strange)).toString("base64url");
    const other = generateKeyPairSync("ed25519");
    const jwk = other.publicKey.export({ format: "jwk" });
    const claims = JSON.parse(Buffer.from(payload as string, "base64url").toString());
    const brought = new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", jwk });
    const asSecret = publicKey.export({ type: "spki", format: "pem" }) as string;
    const hmac = new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: keyId(publicKey) });
    for (const token of [
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      await hmac.sign(Buffer.from(asSecret)),
      await brought.sign(other.privateKey),
      await oauthToken({}, { kid: "another" }),
      await oauthToken({}, { typ: "JWT" }),
      `${critical}.${payload}.${sign(null, Buffer.from(`${critical}.${payload}`), privateKey).toString("base64url")}`,
      `${good}.`,
      good.slice(0, -4),
    ]) {
      expect(await reasonOf(byOauth().verify(token))).toBe("TOKEN_REFUSED");
    }
  });

  test("that is bound to a certificate needs that one, each time (RFC 8705)", async () => {
    const remembering = byOauth();
    const token = await oauthToken({ cnf: { "x5t#S256": "mine" } });
    expect(await reasonOf(remembering.verify(token, () => "mine"))).toBe("OK");
    expect(await reasonOf(remembering.verify(token, () => "other"))).toBe("TOKEN_REFUSED");
    expect(await reasonOf(remembering.verify(token, () => undefined))).toBe("TOKEN_REFUSED");
    expect(await reasonOf(remembering.verify(token))).toBe("TOKEN_REFUSED");
    for (const cnf of [{ jkt: "key" }, { "x5t#S256": "mine", jkt: "key" }, {}, "mine", null, { "x5t#S256": 4 }]) {
      expect(await reasonOf(byOauth().verify(await oauthToken({ cnf }), () => "mine"))).toBe("TOKEN_REFUSED");
    }
  });
});

test("keys roll over without a refused call: tokens of the key before, of this one and of the next are taken", async () => {
  const [before, next] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  const keys = tokenKeys([publicKey, next.publicKey, before.publicKey]);
  const rolling = tokenVerifier({ keys, node: "440100", now, clockSkewMs: 5_000 });
  for (const key of [before.privateKey, privateKey, next.privateKey]) {
    const { token } = await tokenSigner({ privateKey: key, node: "440100", lifetimeSeconds: 600, now }).sign(CLAIMS);
    expect(await reasonOf(rolling.verify(token))).toBe("OK");
    expect(await reasonOf(verifier().verify(token))).toBe(key === privateKey ? "OK" : "TOKEN_REFUSED");
  }
  expect(keys.published.map(({ kid }) => kid)).toEqual([publicKey, next.publicKey, before.publicKey].map(keyId));
  expect(keys.published[0]).toEqual({
    ...publicKey.export({ format: "jwk" }),
    kid: keyId(publicKey),
    alg: "EdDSA",
    use: "sig",
  });
});

describe("an authorization header", () => {
  test("holds a bearer token, or is refused", () => {
    expect(bearerToken(undefined)).toBeUndefined();
    expect(bearerToken("bearer a.b.c")).toBe("a.b.c");
    for (const other of ["Basic YTpi", "Bearer", "Bearer a b", `Bearer ${"a".repeat(5_000)}`]) {
      expect(() => bearerToken(other)).toThrow(expect.objectContaining({ reason: "TOKEN_REFUSED" }));
    }
  });
});
