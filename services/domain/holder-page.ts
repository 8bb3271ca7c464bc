/** How the page of holders (我的电子证照) signs somebody in: at the portal's own provider, by authorization code with PKCE, as a client without a secret. */
export interface HolderPageSettings {
  /** Where a browser is sent to sign in (RFC 6749). */
  authorizationEndpoint: string;
  /** Where the page changes the code for an access token; it must let pages of this node's origin ask. */
  tokenEndpoint: string;
  /** What the provider calls the page. Its redirect address there is `<origin>/mine/`. */
  clientId: string;
  /** Scopes that are asked for. */
  scope: string;
  /** Resource (RFC 8707) that tokens are asked for, where the provider wants it named. */
  resource?: string;
  /** Origins of portals that may show the page in a frame, and hand it the access token of whoever has signed in there. */
  embeddedBy: string[];
}
