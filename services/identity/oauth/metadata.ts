import { CONTRACT_SCOPES } from "../../call/chain/scopes.ts";
import { PATHS } from "./paths.ts";

/** Ways in which an app can prove itself. */
export const AUTH_METHODS = ["client_secret_basic", "private_key_jwt", "self_signed_tls_client_auth"] as const;
/** Algorithms of assertions. */
export const ASSERTION_ALGORITHMS = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256", "RS256"] as const;

/**
 * Metadata of the server (RFC 8414, RFC 8705). `certificateUrl`: where a client certificate is asked for. Written here and not by the library, whose document is one of OpenID Connect: with endpoints
 * that are not served, under whatever host a request names.
 */
export function serverMetadata(issuer: string, certificateUrl = issuer): Record<string, unknown> {
  const token_endpoint = issuer + PATHS.token;
  const revocation_endpoint = issuer + PATHS.revoke;
  return {
    issuer,
    token_endpoint,
    revocation_endpoint,
    jwks_uri: issuer + PATHS.jwks,
    response_types_supported: [],
    grant_types_supported: ["client_credentials"],
    scopes_supported: CONTRACT_SCOPES,
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    tls_client_certificate_bound_access_tokens: true,
    mtls_endpoint_aliases: {
      token_endpoint: certificateUrl + PATHS.token,
      revocation_endpoint: certificateUrl + PATHS.revoke,
    },
  };
}
