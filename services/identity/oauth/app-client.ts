import { X509Certificate } from "node:crypto";
import type { AdapterPayload } from "oidc-provider";
import type { GetAppAccountResponse } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What the library needs to know of every client of ours. */
const COMMON = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] } as const;

/**
 * An app as a client of OAuth 2 (RFC 7591). It has one way to prove itself: what its record says, or else its secret, which is compared elsewhere
 * and nobody here sees; what the library is told in the secret's place is never compared.
 */
export function appClient(appKey: string, { proof }: GetAppAccountResponse): AdapterPayload {
  const client = {
    ...COMMON,
    grant_types: [...COMMON.grant_types],
    redirect_uris: [],
    response_types: [],
    client_id: appKey,
  };
  if (proof?.publicKeysJson) {
    const jwks = JSON.parse(proof.publicKeysJson);
    return { ...client, token_endpoint_auth_method: "private_key_jwt", jwks };
  }
  if (proof?.clientCertificatesPem) {
    const keys = (proof.clientCertificatesPem.match(BLOCK) ?? []).map(certificateKey);
    return {
      ...client,
      token_endpoint_auth_method: "self_signed_tls_client_auth",
      tls_client_certificate_bound_access_tokens: true,
      jwks: { keys },
    };
  }
  return { ...client, token_endpoint_auth_method: "client_secret_basic", client_secret: "compared elsewhere" };
}

function certificateKey(pem: string) {
  const { publicKey, raw } = new X509Certificate(pem);
  return { ...publicKey.export({ format: "jwk" }), x5c: [raw.toString("base64")] };
}
