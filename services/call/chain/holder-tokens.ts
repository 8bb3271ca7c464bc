import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { HolderActor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { HolderProvider } from "../../host/holder-provider.ts";
import { holderIn } from "./holder-claims.ts";
import { knownTokens } from "./known-tokens.ts";
import { providerKeys } from "./provider-keys.ts";

/** Tells which holder an access token of an OpenID provider stands for (5.5.2). */
export interface HolderTokens {
  /** Whether a token says that it is of one of the providers. Says nothing of whether it is true. */
  claims(token: string): boolean;
  /**
   * Throws `TOKEN_EXPIRED`; `TOKEN_REFUSED` for a token that the provider has not signed, that is for somebody else, not valid yet, of a longer
   * life or a lower assurance than the configuration takes, or that names no one holder; and `PEER_AWAY` where the provider's keys cannot be had.
   */
  verify(token: string): Promise<HolderActor>;
}

/** What {@link holderTokens} needs. */
export interface HolderTokensOptions {
  providers: readonly HolderProvider[];
  now: () => Date;
  clockSkewMs: number;
}

/** Verifies access tokens of the providers that a configuration names; a token that was good is remembered by its digest until it expires. */
export function holderTokens({ providers, now, clockSkewMs }: HolderTokensOptions): HolderTokens {
  const checks = new Map(providers.map((provider) => [provider.issuer, checkOf(provider)]));

  function checkOf(provider: HolderProvider) {
    const { issuer, audience, algorithms, tokenType: typ, lifetimeSeconds } = provider;
    const keys = providerKeys(provider);
    return async (token: string) => {
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
      return { caller: holderIn(payload, provider), until: exp * 1_000 + clockSkewMs };
    };
  }

  const judged = knownTokens({
    check: (token) => (checks.get(issuerOf(token) ?? "") ?? nobody)(token),
    now,
    expired: () => expired(undefined),
  });

  return {
    claims: (token) => checks.has(issuerOf(token) ?? ""),
    verify: async (token) => (await judged(token)).caller,
  };
}

/** A token of none of the providers. */
async function nobody(): Promise<never> {
  throw refused(undefined);
}

function issuerOf(token: string): JWTPayload["iss"] {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** What jose says of a token, by its own kinds of errors; whatever else comes is about the provider's keys. */
function refusalOf(cause: unknown, issuer: string): Refusal {
  if (cause instanceof errors.JWTExpired) return expired(cause);
  const aboutKeys =
    cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid || !(cause instanceof errors.JOSEError);
  // The library gives an answer that is no key set by the error that all its errors are of.
  if (aboutKeys || (cause as Error).constructor === errors.JOSEError) {
    const message = `the keys of the identity provider ${issuer} cannot be had: try again later`;
    const localizedDetail = "暂时无法取得身份提供方的公钥，请稍后重试";
    return new Refusal("PEER_AWAY", message, { cause, localizedDetail, retryAfterMs: 2_000 });
  }
  return refused(cause);
}

function expired(cause: unknown): Refusal {
  const message = "the access token has expired: sign in again";
  return new Refusal("TOKEN_EXPIRED", message, { cause, localizedDetail: "请重新登录" });
}

function refused(cause: unknown): Refusal {
  const message = "the access token is not one that the identity provider made for this platform: sign in again";
  const localizedDetail = "不是身份提供方为本平台签发的有效令牌，请重新登录";
  return new Refusal("TOKEN_REFUSED", message, { cause, localizedDetail });
}
