import { readFileSync } from "node:fs";
import { decodeJwt, type JWTPayload } from "jose";
import type { HolderActor } from "../../domain/actor.ts";
import type { HolderProvider } from "../../host/holder-provider.ts";
import { holderIn } from "./holder-claims.ts";
import { knownTokens } from "./known-tokens.ts";
import { providerKeys } from "./provider-keys.ts";
import { expiredToken, providerToken, refusedToken } from "./provider-token.ts";

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
    const { jwksUrl, caFile } = provider;
    const ca = caFile === undefined ? undefined : readFileSync(caFile, "utf8");
    const verified = providerToken(provider, providerKeys({ jwksUrl, ca }), { now, clockSkewMs });
    return async (token: string) => {
      const { payload, until } = await verified(token);
      return { caller: holderIn(payload, provider), until };
    };
  }

  const judged = knownTokens({
    check: (token) => (checks.get(issuerOf(token) ?? "") ?? nobody)(token),
    now,
    expired: expiredToken,
  });

  return {
    claims: (token) => checks.has(issuerOf(token) ?? ""),
    verify: async (token) => (await judged(token)).caller,
  };
}

/** A token of none of the providers. */
async function nobody(): Promise<never> {
  throw refusedToken();
}

function issuerOf(token: string): JWTPayload["iss"] {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
