import type { HolderPageSettings } from "../../services/domain/holder-page.ts";
import type { HolderProvider } from "../../services/host/holder-provider.ts";
import type { Account } from "./people.ts";

/** The client that pages and programs of a trial sign in by, with code and PKCE. */
export const CLIENT_ID = "trial-holder";
/** What the portal calls this platform: the audience of its tokens. */
export const AUDIENCE = "urn:ecert:trial";

/** Claims of a token for an account, beside those that OAuth names. */
export function claimsOf({ name, number, organisation, assurance }: Account) {
  return { acr: assurance, real_name: name, id: { kind: "SFZ", number }, ...(organisation && { organisation }) };
}

/** How a core reads the portal's tokens: the `holders` of its configuration. */
export function providerConfig(url: string, caFile: string): HolderProvider {
  const person = { name: "real_name", code: "id.number", codeType: { claim: "id.kind", values: { SFZ: "111" } } };
  return {
    issuer: url,
    audience: AUDIENCE,
    jwksUrl: `${url}/jwks`,
    caFile,
    algorithms: ["ES256"],
    tokenType: "at+jwt",
    lifetimeSeconds: 600,
    assurance: { claim: "acr", values: ["real-name"] },
    person,
    organisation: { name: "organisation.name", code: "organisation.code", codeType: { fixed: "001" }, acting: person },
  };
}

/** How the page of holders signs them in there: `screens.holders` of a core's configuration. A portal's own pages may show it. */
export function pageConfig(url: string): HolderPageSettings {
  return {
    authorizationEndpoint: `${url}/auth`,
    tokenEndpoint: `${url}/token`,
    clientId: CLIENT_ID,
    scope: "openid",
    resource: AUDIENCE,
    embeddedBy: [url],
  };
}
