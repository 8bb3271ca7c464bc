import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { AppActor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isNodeCode } from "../../domain/sandbox.ts";
import { knownTokens } from "./known-tokens.ts";
import type { RefusedApps } from "./refused-apps.ts";
import type { TokenKeys } from "./token-keys.ts";
import { MAX_TOKEN_SECONDS, RPC_AUDIENCE } from "./tokens.ts";

/** Digest (SHA-256, base64url) of the client certificate of a connection, whoever made it; `undefined` where there is none. */
export type CertificateDigest = () => string | undefined;

/** Tells who a bearer token stands for. */
export interface TokenVerifier {
  /**
   * Throws `TOKEN_EXPIRED`, or `TOKEN_REFUSED` for a token that is malformed, foreign, lives too long, was revoked, is bound to another
   * client certificate than `certificate` (RFC 8705), or is one of an app that was disabled or whose tokens were revoked since.
   */
  verify(token: string, certificate?: CertificateDigest): Promise<AppActor>;
  /** What a good token says, for whoever is to revoke it. Throws as {@link verify}, but looks at no certificate. */
  read(token: string): Promise<ReadToken>;
}

/** A good token. */
export interface ReadToken {
  caller: AppActor;
  /** Milliseconds. */
  issuedAt: number;
  /** When it ends, milliseconds. */
  ends: number;
  /** Milliseconds until which it is taken: where clocks differ beyond its end. */
  until: number;
  /** Absent in a token from before tokens had one. */
  id: string | undefined;
  /** Digest of the client certificate that must come with it; absent where it is bound to none. */
  boundTo: string | undefined;
}

/** What {@link tokenVerifier} needs. */
export interface TokenVerifierOptions {
  keys: TokenKeys;
  /** Division code of this node: issuer of tokens that were got over RPC. */
  node: string;
  /** Issuer of tokens that were got by OAuth 2. Absent: none are taken. */
  issuer?: string | undefined;
  now: () => Date;
  clockSkewMs: number;
  /** Apps whose tokens are refused though they have not ended. Absent: none are. */
  refused?: RefusedApps | undefined;
}

/**
 * Verifies access tokens of this node, of whichever of its keys; a token that was good is remembered by its digest until it expires.
 * Whether it was revoked, and whether its certificate is there, is asked each time.
 */
export function tokenVerifier({ keys, node, issuer, now, clockSkewMs, refused }: TokenVerifierOptions): TokenVerifier {
  const judged = knownTokens({ check, now, expired });
  const audiences = new Map([[node, RPC_AUDIENCE]]);
  if (issuer !== undefined) audiences.set(issuer, issuer);
  return {
    async verify(token, certificate) {
      const found = await read(token);
      if (found.boundTo !== undefined && found.boundTo !== certificate?.()) throw unbound();
      return found.caller;
    },
    read,
  };

  async function read(token: string): Promise<ReadToken> {
    const found = await judged(token);
    if (refused) await refused.admit(found.caller.app, found.issuedAt, found.id);
    return found;
  }

  async function check(token: string): Promise<ReadToken> {
    try {
      const keyOf = ({ kid }: { kid?: string | undefined }) => {
        const key = keys.find(kid);
        if (key) return key;
        throw new errors.JWKSNoMatchingKey();
      };
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ["EdDSA"],
        typ: "at+jwt",
        maxTokenAge: MAX_TOKEN_SECONDS,
        // A token that was got right after a revocation lies ahead by one difference of clocks, and clocks may differ by one.
        // Its end is judged above, with one.
        clockTolerance: (2 * clockSkewMs) / 1_000,
        currentDate: now(),
        requiredClaims: ["iss", "aud", "sub", "exp", "iat", "department", "scope"],
      });
      // One audience and no list: a token for two is another's to use here.
      if (payload.aud !== audiences.get(payload.iss as string)) throw new TypeError("another issuer or audience");
      return readPayload(payload, node, clockSkewMs);
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) throw expired(cause);
      throw foreign(token, node, cause);
    }
  }
}

function readPayload(payload: JWTPayload, node: string, clockSkewMs: number): ReadToken {
  const { sub, jti: id, exp = 0, iat = 0, department, scope, calls, cnf } = payload;
  // Fractions of a second are not exact: a tenth of a millisecond decides nothing.
  if (exp - iat > MAX_TOKEN_SECONDS + 0.0001) throw new TypeError("a life beyond what this node issues");
  if (typeof department !== "string" || typeof scope !== "string") throw new TypeError("claims of a wrong type");
  if (calls !== undefined && typeof calls !== "number") throw new TypeError("claims of a wrong type");
  const scopes = scope === "" ? [] : scope.split(" ");
  const caller: AppActor = { kind: "app", app: sub as string, department, node, scopes };
  return {
    caller: calls === undefined ? caller : { ...caller, callsPerMinute: calls },
    issuedAt: Math.round(iat * 1_000),
    ends: exp * 1_000,
    until: exp * 1_000 + clockSkewMs,
    id,
    boundTo: cnf === undefined ? undefined : boundTo(cnf),
  };
}

/** A way of binding that is not known here is none that could be checked: the token is refused. */
function boundTo(cnf: unknown): string {
  const found = (cnf as Record<string, unknown> | null)?.["x5t#S256"];
  if (typeof found === "string" && Object.keys(cnf as object).length === 1) return found;
  throw new TypeError("bound in a way that this node does not know");
}

function unbound(): Refusal {
  const message =
    "the access token is bound to a client certificate that did not come with the call: call with it, over the Connect listener";
  const localizedDetail = "令牌已与客户端证书绑定，调用时未出示该证书；请携带该证书通过Connect监听地址调用";
  return new Refusal("TOKEN_REFUSED", message, { localizedDetail });
}

function expired(cause?: unknown): Refusal {
  const localizedDetail = "请以AppKey和密钥重新获取访问令牌";
  return new Refusal("TOKEN_EXPIRED", "the access token has expired: get a new one", { cause, localizedDetail });
}

function foreign(token: string, node: string, cause: unknown): Refusal {
  const issuer = issuerOf(token);
  if (issuer === undefined || issuer === node) {
    const localizedDetail = "不是本节点签发的令牌，请以AppKey和密钥重新获取";
    const told = "the access token is not one of this node's: get a new one";
    return new Refusal("TOKEN_REFUSED", told, { cause, localizedDetail });
  }
  const message = `the access token is of node ${issuer}, this is node ${node}: get one here, or call that node`;
  const localizedDetail = `令牌由节点${issuer}签发，当前节点为${node}；请在本节点获取令牌，或调用节点${issuer}`;
  return new Refusal("TOKEN_REFUSED", message, { cause, localizedDetail, metadata: { node, token_node: issuer } });
}

/** The node that a token says it is of, whether or not that is true: a hint for whoever sent it, and nothing else. */
function issuerOf(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token);
    return iss !== undefined && isNodeCode(iss) ? iss : undefined;
  } catch {
    return undefined;
  }
}
