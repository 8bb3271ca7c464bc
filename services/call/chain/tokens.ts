import { createPublicKey, type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { Refusal } from "../../domain/refusal.ts";
import { keyId } from "./token-keys.ts";

/** Signs access tokens. Only the identity service has it. */
export interface TokenSigner {
  /**
   * Makes a token for an app that has proven its secret; it lives `tokens.lifetimeSeconds`, at most 15 minutes, from
   * `issuedAt` on (default: now).
   */
  sign(claims: {
    app: string;
    department: string;
    scopes: readonly string[];
    callsPerMinute?: number;
    issuedAt?: Date;
  }): Promise<AccessToken>;
}

/** An access token and when it ends. */
export interface AccessToken {
  token: string;
  expiresAt: Date;
}

/** Longest life of an access token, seconds. */
export const MAX_TOKEN_SECONDS = 15 * 60;
/** Whom a token is for that was got over RPC. One that was got by OAuth 2 is for the issuer that it names. */
export const RPC_AUDIENCE = "ecert";

/** What {@link tokenSigner} needs. */
export interface TokenSignerOptions {
  privateKey: KeyObject;
  /** Division code of the node that issues. */
  node: string;
  /** At most {@link MAX_TOKEN_SECONDS}. */
  lifetimeSeconds: number;
  now: () => Date;
}

/**
 * Signs access tokens (JWT of RFC 9068, EdDSA) with the claims app, department, node, scopes and calls per minute. Times have milliseconds,
 * so that a token got right after all others were revoked is told from them.
 */
export function tokenSigner({ privateKey, node, lifetimeSeconds, now }: TokenSignerOptions): TokenSigner {
  const lifetime = Math.min(lifetimeSeconds, MAX_TOKEN_SECONDS);
  const kid = keyId(createPublicKey(privateKey));
  return {
    async sign({ app, department, scopes, callsPerMinute, issuedAt: given }): Promise<AccessToken> {
      const issuedAt = (given ?? now()).getTime() / 1_000;
      const calls = callsPerMinute === undefined ? {} : { calls: callsPerMinute };
      const token = await new SignJWT({ department, scope: scopes.join(" "), client_id: app, ...calls })
        .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid })
        .setJti(randomUUID())
        .setIssuer(node)
        .setAudience(RPC_AUDIENCE)
        .setSubject(app)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetime)
        .sign(privateKey);
      return { token, expiresAt: new Date((issuedAt + lifetime) * 1_000) };
    },
  };
}

/** The token of an `authorization: Bearer …` header; `undefined` where there is no header. Other schemes are refused. */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization === "") return undefined;
  const match = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(authorization);
  if (!match) {
    const localizedDetail = "请求头authorization应为“Bearer 访问令牌”";
    const message = "the authorization header must be `Bearer <access token>`";
    throw new Refusal("TOKEN_REFUSED", message, { localizedDetail });
  }
  return match[1];
}
