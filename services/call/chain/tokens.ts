import type { KeyObject } from "node:crypto";
import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";
import type { AppActor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import { knownTokens } from "./known-tokens.ts";
import type { RefusedApps } from "./refused-apps.ts";

/** Signs access tokens. Only the catalog service has it. */
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
const AUDIENCE = "ecert";

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
 * Signs access tokens (JWT, EdDSA) with the claims app, department, node, scopes and calls per minute. Times have milliseconds,
 * so that a token got right after all others were revoked is told from them.
 */
export function tokenSigner({ privateKey, node, lifetimeSeconds, now }: TokenSignerOptions): TokenSigner {
  const lifetime = Math.min(lifetimeSeconds, MAX_TOKEN_SECONDS);
  return {
    async sign({ app, department, scopes, callsPerMinute, issuedAt: given }): Promise<AccessToken> {
      const issuedAt = (given ?? now()).getTime() / 1_000;
      const calls = callsPerMinute === undefined ? {} : { calls: callsPerMinute };
      const token = await new SignJWT({ department, scope: scopes.join(" "), ...calls })
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
  /**
   * Throws `TOKEN_EXPIRED`, or `TOKEN_REFUSED` for a token that is malformed, foreign, lives too long, or is one of an app that
   * was disabled or whose tokens were revoked since.
   */
  verify(token: string): Promise<AppActor>;
}

/** What {@link tokenVerifier} needs. */
export interface TokenVerifierOptions {
  publicKey: KeyObject;
  /** Division code of this node: the only issuer that is taken. */
  node: string;
  now: () => Date;
  clockSkewMs: number;
  /** Apps whose tokens are refused though they have not ended. Absent: none are. */
  refused?: RefusedApps | undefined;
}

interface Remembered {
  caller: AppActor;
  /** Milliseconds. */
  issuedAt: number;
  until: number;
}

/**
 * Verifies access tokens of this node; a token that was good is remembered by its digest until it expires. Whether it was
 * revoked is asked each time.
 */
export function tokenVerifier({ publicKey, node, now, clockSkewMs, refused }: TokenVerifierOptions): TokenVerifier {
  const judged = knownTokens({ check, now, expired });
  return {
    async verify(token) {
      const found = await judged(token);
      if (refused) await refused.admit(found.caller.app, found.issuedAt);
      return found.caller;
    },
  };

  async function check(token: string): Promise<Remembered> {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: ["EdDSA"],
        typ: "at+jwt",
        issuer: node,
        audience: AUDIENCE,
        maxTokenAge: MAX_TOKEN_SECONDS,
        // A token that was got right after a revocation lies ahead by one difference of clocks, and clocks may differ by one.
        // Its end is judged above, with one.
        clockTolerance: (2 * clockSkewMs) / 1_000,
        currentDate: now(),
        requiredClaims: ["sub", "exp", "iat", "department", "scope"],
      });
      const { sub, exp = 0, iat = 0, department, scope, calls } = payload;
      // Fractions of a second are not exact: a tenth of a millisecond decides nothing.
      if (exp - iat > MAX_TOKEN_SECONDS + 0.0001) throw new TypeError("a life beyond what this node issues");
      if (typeof department !== "string" || typeof scope !== "string") throw new TypeError("claims of a wrong type");
      if (calls !== undefined && typeof calls !== "number") throw new TypeError("claims of a wrong type");
      const scopes = scope === "" ? [] : scope.split(" ");
      const caller: AppActor = { kind: "app", app: sub as string, department, node, scopes };
      return {
        caller: calls === undefined ? caller : { ...caller, callsPerMinute: calls },
        issuedAt: Math.round(iat * 1_000),
        until: exp * 1_000 + clockSkewMs,
      };
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) {
        throw expired(cause);
      }
      const issuer = issuerOf(token);
      if (issuer === undefined || issuer === node) {
        const localizedDetail = "不是本节点签发的令牌，请以AppKey和密钥重新获取";
        const told = "the access token is not one of this node's: get a new one";
        throw new Refusal("TOKEN_REFUSED", told, { cause, localizedDetail });
      }
      const message = `the access token is of node ${issuer}, this is node ${node}: get one here, or call that node`;
      const localizedDetail = `令牌由节点${issuer}签发，当前节点为${node}；请在本节点获取令牌，或调用节点${issuer}`;
      throw new Refusal("TOKEN_REFUSED", message, { cause, localizedDetail, metadata: { node, token_node: issuer } });
    }
  }
}

function expired(cause?: unknown): Refusal {
  const localizedDetail = "请以AppKey和密钥重新获取访问令牌";
  return new Refusal("TOKEN_EXPIRED", "the access token has expired: get a new one", { cause, localizedDetail });
}

/** The node that a token says it is of, whether or not that is true: a hint for whoever sent it, and nothing else. */
function issuerOf(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return iss !== undefined && /^\d{6,12}$/.test(iss) ? iss : undefined;
  } catch {
    return undefined;
  }
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
