import type { OperatorProvider } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { providerKeys } from "../../call/chain/provider-keys.ts";
import { type ProviderTokenRules, providerToken } from "../../call/chain/provider-token.ts";

/** Providers whose keys are kept. */
const KEPT = 200;

/** What is the same for all of these providers; the contract of `OperatorProvider` says it. */
const RULES = {
  algorithms: ["ES256", "ES384", "EdDSA", "PS256", "RS256"],
  tokenType: "at+jwt",
  lifetimeSeconds: 3_600,
} satisfies Partial<ProviderTokenRules>;

/** What tells providers apart. */
export type KnownProvider = Pick<OperatorProvider, "issuer" | "audience" | "jwksUrl" | "caPem">;

/** Tells who an access token of a department's own provider stands for. */
export interface OperatorTokens {
  /** Rejects as {@link providerToken}. A claim that is not there is empty. */
  verify(provider: KnownProvider, token: string): Promise<{ account: string; name: string }>;
}

/** Judges tokens by the keys of the provider that an app's record names; a changed record is another provider. */
export function createOperatorTokens(clock: { now: () => Date; clockSkewMs: number }): OperatorTokens {
  const providers = new BoundedMemory<string, ReturnType<typeof providerToken>>(KEPT);
  return {
    async verify({ issuer, audience, jwksUrl, caPem }, token) {
      const key = JSON.stringify([issuer, audience, jwksUrl, caPem]);
      let verified = providers.get(key);
      if (!verified) {
        verified = providerToken(
          { issuer, audience, ...RULES },
          providerKeys({ jwksUrl, ca: caPem || undefined }),
          clock,
        );
        providers.renew(key, verified);
      }
      const { sub = "", name } = (await verified(token)).payload;
      return { account: sub, name: typeof name === "string" ? name : "" };
    },
  };
}
