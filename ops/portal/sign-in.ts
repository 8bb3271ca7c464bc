import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
  randomPKCECodeVerifier,
} from "openid-client";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import { AUDIENCE, CLIENT_ID } from "./claims.ts";
import { REDIRECT_URI } from "./provider.ts";

const LIMITS = { timeoutMs: 10_000, maxBytes: 1 << 20 };
/** Pages from the first to the last of a sign-in, at most. */
const MOST_PAGES = 10;

/** An account name and its password. */
export interface Credentials {
  account: string;
  password: string;
}

/**
 * Signs in at the portal as a browser would, by an outside OAuth client: metadata document, authorization code with PKCE, the form, the token.
 * Resolves to the access token. Rejects where the portal refuses account or password.
 */
export async function signInAtPortal(url: string, ca: string, credentials: Credentials): Promise<string> {
  const send: CustomFetch = (at, { method, headers, body }) =>
    httpsFetch(at, { method, headers: { ...headers }, body: body?.toString() }, { ...LIMITS, ca });
  const client = await discovery(new URL(url), CLIENT_ID, undefined, None(), { [customFetch]: send });
  client[customFetch] = send;
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const start = buildAuthorizationUrl(client, {
    redirect_uri: REDIRECT_URI,
    scope: "openid",
    resource: AUDIENCE,
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = await passForm(start, ca, credentials);
  const { access_token: token } = await authorizationCodeGrant(
    client,
    back,
    { pkceCodeVerifier },
    { resource: AUDIENCE },
  );
  return token;
}

/** Follows redirects with their cookies, and fills in the form once, until the portal sends back to the client: to this address. */
export async function passForm(start: URL, ca: string, { account, password }: Credentials): Promise<URL> {
  const form = new URLSearchParams({ account, password }).toString();
  const jar = new Map<string, string>();
  let [at, sent] = [start, false];
  for (let page = 0; page < MOST_PAGES; page++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const isForm = at.pathname.startsWith("/interaction/");
    const init = isForm
      ? { method: "POST", headers: { cookie, "content-type": "application/x-www-form-urlencoded" }, body: form }
      : { headers: { cookie } };
    if (isForm && sent) break;
    sent ||= isForm;
    const answer = await httpsFetch(at.href, init, { ...LIMITS, ca });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`the portal answers ${answer.status} at ${at.pathname}`);
    at = new URL(location, at);
    if (at.href.startsWith(REDIRECT_URI)) return at;
  }
  throw new Error("the portal does not send back to the client");
}
