import type { KeyObject } from "node:crypto";
import type { Client } from "@connectrpc/connect";
import Provider, { type Configuration, errors, type JWK } from "oidc-provider";
import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { Logger } from "../../host/log.ts";
import { adapterOf } from "./adapter.ts";
import { type AppAccounts, appAccounts } from "./app-accounts.ts";
import { completeToken } from "./complete-token.ts";
import { currentExchange } from "./exchange.ts";
import { ASSERTION_ALGORITHMS, AUTH_METHODS } from "./metadata.ts";
import { PATHS } from "./paths.ts";
import type { UsedAssertions } from "./used-assertions.ts";

/** Seconds that an assertion of an app may lie ahead: as long it is remembered. */
const LONGEST_ASSERTION = 300;

/** What {@link openProvider} needs. */
export interface ProviderParts {
  issuer: string;
  /** Signs access tokens (Ed25519). */
  privateKey: KeyObject;
  /** Its name. */
  kid: string;
  lifetimeSeconds: number;
  clockSkewMs: number;
  accounts: Client<typeof TokenService>;
  assertions: UsedAssertions;
  log: Logger;
}

/** The library that serves token endpoint and revocation endpoint: client credentials and nothing else. */
export function openProvider(parts: ProviderParts): Provider {
  const { issuer, log } = parts;
  const accounts = appAccounts(parts.accounts);
  const provider = new Provider(issuer, configurationOf(parts, accounts));
  provider.silent = true;
  provider.on("server_error", (_ctx, error) => {
    log.error({ error: String(error), request: currentExchange().requestId }, "a request of OAuth 2 failed");
  });
  Object.assign(provider.Client.prototype, {
    compareClientSecret(this: { clientId: string }, secret: string) {
      return accounts.hasSecret(this.clientId, secret);
    },
  });
  return provider;
}

function configurationOf(parts: ProviderParts, accounts: AppAccounts): Configuration {
  const { issuer, privateKey, kid, assertions, lifetimeSeconds, clockSkewMs } = parts;
  const off = { enabled: false };
  return {
    adapter: adapterOf(accounts, assertions),
    clientAuthMethods: [...AUTH_METHODS],
    clientDefaults: { grant_types: [], response_types: [], id_token_signed_response_alg: "EdDSA" },
    clockTolerance: Math.ceil(clockSkewMs / 1_000),
    cookies: { keys: [kid] },
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS], idTokenSigningAlgValues: ["EdDSA"] },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid, alg: "EdDSA", use: "sig" } as JWK] },
    responseTypes: [],
    routes: { token: PATHS.token, revocation: PATHS.revoke, jwks: PATHS.jwks },
    scopes: [],
    ttl: { ClientCredentials: lifetimeSeconds },
    formats: { customizers: { jwt: (ctx, token, parts) => completeToken(ctx, token, parts, lifetimeSeconds) } },
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims) => requireNarrow(claims, issuer),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: off,
      dPoP: off,
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        selfSignedTlsClientAuth: true,
        getCertificate: () => currentExchange().certificate,
      },
      pushedAuthorizationRequests: off,
      resourceIndicators: {
        enabled: true,
        defaultResource: () => issuer,
        getResourceServerInfo: (_ctx, resource) => resourceServer(resource, issuer),
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: off,
      userinfo: off,
    },
  };
}

/** The one resource that tokens are for: this node's API, by the issuer's own name. */
function resourceServer(resource: string, issuer: string) {
  if (resource !== issuer) throw new errors.InvalidTarget(`tokens of this server are for ${issuer} alone`);
  return {
    scope: currentExchange().account?.scopes.join(" ") ?? "",
    audience: issuer,
    accessTokenFormat: "jwt" as const,
    jwt: { sign: { alg: "EdDSA" as const } },
  };
}

/** An assertion for several audiences, or for an endpoint by whatever address, could have been asked for by somebody else to use it here. */
function requireNarrow({ aud, exp }: Record<string, unknown>, issuer: string): void {
  if (aud !== issuer) throw refusedAssertion(`aud of the assertion must be ${issuer} and nothing else`);
  if (Number(exp) > Date.now() / 1_000 + LONGEST_ASSERTION) {
    throw refusedAssertion(`exp of the assertion may lie ${LONGEST_ASSERTION} s ahead`);
  }
}

function refusedAssertion(description: string): Error {
  return Object.assign(new errors.InvalidClientAuth(description), { error_description: description });
}
