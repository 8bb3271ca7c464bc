import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import type { Refusal } from "../../domain/refusal.ts";
import { bearerToken, tokenSigner, tokenVerifier } from "./tokens.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const CLAIMS = { app: "440100-scjg", department: "114401000000990003", scopes: ["issue.make", "usage.use"] };
let time = 0;
const now = () => new Date(time);
const signer = tokenSigner({ privateKey, node: "440100", lifetimeSeconds: 600, now });
const verifier = () => tokenVerifier({ publicKey, node: "440100", now, clockSkewMs: 5_000 });
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

describe("an authorization header", () => {
  test("holds a bearer token, or is refused", () => {
    expect(bearerToken(undefined)).toBeUndefined();
    expect(bearerToken("bearer a.b.c")).toBe("a.b.c");
    for (const other of ["Basic YTpi", "Bearer", "Bearer a b", `Bearer ${"a".repeat(5_000)}`]) {
      expect(() => bearerToken(other)).toThrow(expect.objectContaining({ reason: "TOKEN_REFUSED" }));
    }
  });
});
