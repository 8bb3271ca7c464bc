import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { httpsFetch } from "../../base/https-fetch.ts";

/** Milliseconds for one answer of a provider. */
const TIMEOUT_MS = 5_000;
/** Bytes of a key set that are read. */
const MAX_BYTES = 256 << 10;
/** A key that is not known is looked for at most so often, so that forged tokens make nobody ask a provider. */
const COOLDOWN_MS = 10_000;
/** A key set is asked for anew after this time, so that a key which a provider takes back is taken by nobody for longer. */
const MAX_AGE_MS = 300_000;

/** Where a provider publishes its keys. */
export interface ProviderPlace {
  /** `https://…` */
  jwksUrl: string;
  /** Authorities of that server's TLS certificate, PEM. Default: those that Node trusts. */
  ca: string | undefined;
}

/** The keys that a provider publishes (JWKS): fetched when first needed, kept for five minutes, asked anew for a key that is not among them. */
export function providerKeys({ jwksUrl, ca }: ProviderPlace): JWTVerifyGetKey {
  const limits = { ca, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES };
  return createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: (url) => httpsFetch(url, { headers: { accept: "application/json" } }, limits),
  });
}
