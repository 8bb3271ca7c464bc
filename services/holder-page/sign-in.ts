import type { HolderPageSettings } from "../domain/holder-page.ts";
import { Faulty } from "../public-page/fault.ts";
import type { Both } from "../public-page/language.ts";

/** What is kept for the way to the provider and back, in this tab alone. */
const KEPT = "ecert.mine.sign-in";
/** Longest time that the provider may take to change a code. */
const TIMEOUT_MS = 20_000;
/** A token whose end is not told is asked for again after this. */
const LEAST_MS = 60_000;

const REFUSED: Both = ["登录未完成，请重新登录。", "Signing in was not finished: sign in again."];
const AWAY: Both = [
  "未能连接登录服务，登录未完成。请稍后再试。",
  "The sign-in service cannot be reached; nobody is signed in. Try again later.",
];

interface Kept {
  verifier: string;
  state: string;
  /** Where in the page somebody was. */
  at: string;
}

/** An access token, and when it ends (milliseconds since 1970). */
export interface Token {
  readonly text: string;
  readonly endsAt: number;
}

/** Sends the browser to the provider, with a challenge that only this tab can answer (RFC 7636). */
export async function beginSignIn(settings: HolderPageSettings): Promise<void> {
  const [verifier, state] = [randomText(), randomText()];
  sessionStorage.setItem(KEPT, JSON.stringify({ verifier, state, at: location.hash } satisfies Kept));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const url = new URL(settings.authorizationEndpoint);
  const asked = {
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: ownAddress(),
    scope: settings.scope,
    ...(settings.resource && { resource: settings.resource }),
    state,
    code_challenge: base64Url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** The token for the code that the provider has sent back; nothing where the page was opened by itself. Rejects with {@link Faulty}. */
export async function finishSignIn(settings: HolderPageSettings): Promise<Token | undefined> {
  const told = new URLSearchParams(location.search);
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!told.has("code") && !told.has("error")) return undefined;
  const begun = kept === null ? undefined : (JSON.parse(kept) as Kept);
  // A code is good once: it stays neither in the address nor in the history.
  history.replaceState(null, "", ownAddress() + (begun?.at ?? ""));
  const code = told.get("code");
  if (!code || !begun || told.get("state") !== begun.state) throw new Faulty(REFUSED);
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    client_id: settings.clientId,
    redirect_uri: ownAddress(),
    code_verifier: begun.verifier,
    ...(settings.resource && { resource: settings.resource }),
  });
  const answer = await fetch(settings.tokenEndpoint, {
    method: "POST",
    body,
    credentials: "omit",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw Object.assign(new Faulty(AWAY), { cause });
  });
  return tokenOf(answer.ok ? await answer.json().catch(() => undefined) : undefined);
}

/** A token as providers and portals hand it out. Throws {@link Faulty} for what is none. */
export function tokenOf(given: unknown): Token {
  const { access_token: text, expires_in: seconds } = (given ?? {}) as Record<string, unknown>;
  if (typeof text !== "string" || text === "") throw new Faulty(REFUSED);
  const lives = typeof seconds === "number" && seconds > 0 ? seconds * 1_000 : LEAST_MS;
  return { text, endsAt: Date.now() + lives };
}

const ownAddress = () => location.origin + location.pathname;

/** 256 random bits. */
function randomText(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
