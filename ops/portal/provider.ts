import { generateKeyPairSync } from "node:crypto";
import Provider, { type Configuration, type JWK } from "oidc-provider";
import { AUDIENCE, CLIENT_ID, claimsOf } from "./claims.ts";
import { ACCOUNTS } from "./people.ts";

/** Where the portal sends back to. Nothing need listen there: who signs in reads the code from the address. */
export const REDIRECT_URI = "https://localhost/callback";
/** Seconds that an access token lives. */
const LIFETIME = 300;

/**
 * The stand-in for the government portal: an OpenID provider whose accounts are invented and whose keys are new at each start. `pages`: where it also sends
 * browsers back to; scripts of these origins may change their code for a token.
 */
export function portalProvider(url: string, pages: readonly string[]): Provider {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig" } as JWK;
  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT_ID,
        redirect_uris: [REDIRECT_URI, ...pages],
        token_endpoint_auth_method: "none",
        id_token_signed_response_alg: "ES256",
      },
    ],
    jwks: { keys: [key] },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "openid",
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          accessTokenTTL: LIFETIME,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
    extraTokenClaims: (_, token) => {
      const account = ACCOUNTS.find((one) => "accountId" in token && one.account === token.accountId);
      return account && claimsOf(account);
    },
    // The client is the trial's own: nobody is asked whether it may.
    loadExistingGrant: async ({ oidc }) => {
      const { Grant } = oidc.provider;
      const grant = new Grant({ accountId: oidc.session?.accountId ?? "", clientId: oidc.client?.clientId ?? "" });
      grant.addOIDCScope("openid");
      grant.addResourceScope(AUDIENCE, "openid");
      await grant.save();
      return grant;
    },
    clientBasedCORS: (_, origin) => pages.some((page) => new URL(page).origin === origin),
    pkce: { required: () => true },
    cookies: {
      keys: [generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "der" }).toString("hex")],
    },
    ttl: { Interaction: 600, Session: 3_600, Grant: 3_600, AccessToken: LIFETIME, IdToken: LIFETIME },
  };
  return new Provider(url, configuration);
}
