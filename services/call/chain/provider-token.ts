import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { Refusal } from "../../domain/refusal.ts";

/** Which tokens of a provider are taken. */
export interface ProviderTokenRules {
  /** Exactly as the tokens name it in `iss`. */
  issuer: string;
  /** Who the tokens must be for. */
  audience: string;
  /** Signature algorithms that are taken. */
  algorithms: string[];
  /** `typ` that the tokens bear. */
  tokenType: string;
  /** Longest life of a token that is taken, seconds. */
  lifetimeSeconds: number;
}

/**
 * Verifies tokens of one provider, and gives what they claim with the time until which that is good, in milliseconds. Rejects with `TOKEN_EXPIRED`;
 * `TOKEN_REFUSED` for a token that the provider has not signed, that is for somebody else, not valid yet or of a longer life; and `PEER_AWAY`
 * where the provider's keys cannot be had.
 */
export function providerToken(
  { issuer, audience, algorithms, tokenType: typ, lifetimeSeconds }: ProviderTokenRules,
  keys: JWTVerifyGetKey,
  { now, clockSkewMs }: { now: () => Date; clockSkewMs: number },
): (token: string) => Promise<{ payload: JWTPayload; until: number }> {
  return async (token) => {
    const options = { issuer, audience, algorithms, typ, requiredClaims: ["sub", "exp", "iat"] };
    const times = { currentDate: now(), clockTolerance: clockSkewMs / 1_000 };
    const { payload } = await jwtVerify(token, keys, { ...options, ...times }).catch((cause) => {
      throw refusalOf(cause, issuer);
    });
    const { exp = 0, iat = 0 } = payload;
    if (exp - iat > lifetimeSeconds) {
      const message = `the access token lives ${exp - iat} s, and at most ${lifetimeSeconds} s are taken: get a new one`;
      throw new Refusal("TOKEN_REFUSED", message, { localizedDetail: "令牌的有效期过长，请联系运维核对身份提供方" });
    }
    return { payload, until: exp * 1_000 + clockSkewMs };
  };
}

/** What jose says of a token, by its own kinds of errors; whatever else comes is about the provider's keys. */
function refusalOf(cause: unknown, issuer: string): Refusal {
  if (cause instanceof errors.JWTExpired) return expiredToken(cause);
  const aboutKeys =
    cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid || !(cause instanceof errors.JOSEError);
  // The library gives an answer that is no key set by the error that all its errors are of.
  if (aboutKeys || (cause as Error).constructor === errors.JOSEError) {
    const message = `the keys of the identity provider ${issuer} cannot be had: try again later`;
    const localizedDetail = "暂时无法取得身份提供方的公钥，请稍后重试";
    return new Refusal("PEER_AWAY", message, { cause, localizedDetail, retryAfterMs: 2_000 });
  }
  return refusedToken(cause);
}

/** The refusal of a token that was good and is no more. */
export function expiredToken(cause?: unknown): Refusal {
  const message = "the access token has expired: sign in again";
  return new Refusal("TOKEN_EXPIRED", message, { cause, localizedDetail: "请重新登录" });
}

/** The refusal of a token that no provider made for this platform. */
export function refusedToken(cause?: unknown): Refusal {
  const message = "the access token is not one that the identity provider made for this platform: sign in again";
  const localizedDetail = "不是身份提供方为本平台签发的有效令牌，请重新登录";
  return new Refusal("TOKEN_REFUSED", message, { cause, localizedDetail });
}
