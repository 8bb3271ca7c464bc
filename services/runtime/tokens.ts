import { createHash, type KeyObject } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { Refusal } from "../domain/refusal.ts";
import type { AppCaller } from "./caller.ts";
import type { AccessToken, TokenSigner } from "./runtime.ts";

/** Longest life of an access token, seconds. */
export const MAX_TOKEN_SECONDS = 15 * 60;
const AUDIENCE = "ecert";
const CACHED_TOKENS = 10_000;

/** What {@link tokenSigner} needs. */
export interface TokenSignerOptions {
  privateKey: KeyObject;
  /** Division code of the node that issues. */
  node: string;
  /** At most {@link MAX_TOKEN_SECONDS}. */
  lifetimeSeconds: number;
  now: () => Date;
}

/** Signs access tokens (JWT, EdDSA) with the claims app, department, node and scopes. */
export function tokenSigner({ privateKey, node, lifetimeSeconds, now }: TokenSignerOptions): TokenSigner {
  const lifetime = Math.min(lifetimeSeconds, MAX_TOKEN_SECONDS);
  return {
    async sign({ app, department, scopes }): Promise<AccessToken> {
      const issuedAt = Math.floor(now().getTime() / 1_000);
      const token = await new SignJWT({ department, scope: scopes.join(" ") })
        .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt" })
        .setIssuer(node)
        .setAudience(AUDIENCE)
        .setSubject(app)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetime)
        .sign(privateKey);
      return { token, expiresAt: new Date((issuedAt + lifetime) * 1_000) };
    },
  };
}

/** Tells who a bearer token stands for. */
export interface TokenVerifier {
  /** Throws `TOKEN_EXPIRED`, or `TOKEN_REFUSED` for a token that is malformed, foreign or lives too long. */
  verify(token: string): Promise<AppCaller>;
}

/** What {@link tokenVerifier} needs. */
export interface TokenVerifierOptions {
  publicKey: KeyObject;
  /** Division code of this node: the only issuer that is taken. */
  node: string;
  now: () => Date;
  clockSkewMs: number;
}

/** Verifies access tokens of this node; a token that was good is remembered by its digest until it expires. */
export function tokenVerifier({ publicKey, node, now, clockSkewMs }: TokenVerifierOptions): TokenVerifier {
  const known = new Map<string, { caller: AppCaller; until: number }>();
  return {
    async verify(token) {
      const digest = createHash("sha256").update(token).digest("base64");
      const remembered = known.get(digest);
      if (remembered) {
        if (remembered.until > now().getTime()) return remembered.caller;
        known.delete(digest);
        throw new Refusal("TOKEN_EXPIRED", "the access token has expired: get a new one");
      }
      const { caller, expires } = await check(token);
      if (known.size >= CACHED_TOKENS) known.delete(known.keys().next().value as string);
      known.set(digest, { caller, until: expires + clockSkewMs });
      return caller;
    },
  };

  async function check(token: string): Promise<{ caller: AppCaller; expires: number }> {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: ["EdDSA"],
        typ: "at+jwt",
        issuer: node,
        audience: AUDIENCE,
        maxTokenAge: MAX_TOKEN_SECONDS,
        clockTolerance: clockSkewMs / 1_000,
        currentDate: now(),
        requiredClaims: ["sub", "exp", "iat", "department", "scope"],
      });
      const { sub, exp = 0, iat = 0, department, scope } = payload;
      if (exp - iat > MAX_TOKEN_SECONDS) throw new TypeError("a life beyond what this node issues");
      if (typeof department !== "string" || typeof scope !== "string") throw new TypeError("claims of a wrong type");
      const scopes = scope === "" ? [] : scope.split(" ");
      return {
        caller: { kind: "app", app: sub as string, department, node, scopes },
        expires: exp * 1_000,
      };
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) {
        throw new Refusal("TOKEN_EXPIRED", "the access token has expired: get a new one", { cause });
      }
      throw new Refusal("TOKEN_REFUSED", "the access token is not one of this node's: get a new one", { cause });
    }
  }
}

/** The token of an `authorization: Bearer …` header; `undefined` where there is no header. Other schemes are refused. */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization === "") return undefined;
  const match = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(authorization);
  if (!match) throw new Refusal("TOKEN_REFUSED", "the authorization header must be `Bearer <access token>`");
  return match[1];
}
