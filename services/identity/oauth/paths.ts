/** Where the endpoints are, on the Connect listener of the identity service. */
export const PATHS = {
  metadata: "/.well-known/oauth-authorization-server",
  token: "/oauth2/token",
  jwks: "/oauth2/jwks",
  revoke: "/oauth2/revoke",
} as const;
