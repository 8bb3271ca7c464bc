import { lookup as resolve } from "node:dns";
import { Agent } from "node:https";
import type { LookupFunction } from "node:net";
import { createSecureContext } from "node:tls";
import type { Interceptor } from "@connectrpc/connect";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import { Refusal } from "../../services/domain/refusal.ts";

/** A certificate with its key, PKCS#12, and the password that opens it. */
export interface OpenedKey {
  p12: Uint8Array;
  password: string;
}

/** Somebody who signs in at a node. */
export interface Signer {
  /** Origin of the identity service's pages, `https://…`. */
  page: string;
  /** Authorities of the node's TLS certificates, PEM. */
  ca: string;
  key: OpenedKey;
}

/** A session of staff: the header that calls bear, and connections that show no certificate. */
export interface SignedIn {
  cookie: string;
  agent: Agent;
}

const LIMITS = { timeoutMs: 10_000, maxBytes: 1 << 20 };

/** Every name below `localhost` is this machine, as browsers have it and not every resolver. */
const lookup: LookupFunction = (name, options, done) => {
  if (name !== "localhost" && !name.endsWith(".localhost")) return resolve(name, options, done);
  const [address, family] = ["127.0.0.1", 4] as const;
  if (options.all) done(null, [{ address, family }]);
  else done(null, address, family);
};

/** Connections to a node that show no certificate. */
export function plainAgent(ca: string): Agent {
  return new Agent({ lookup, ca });
}

/**
 * Signs in with a certificate key (5.9.2), as a browser does: the page tells where, the key is shown there, and its one-time code becomes a
 * session. `expected`: the only origin at which the key is shown; without it, whichever the page names. Throws `SIGN_IN_REFUSED` with what the node says.
 */
export async function signIn({ page, ca, key }: Signer, expected?: string): Promise<SignedIn> {
  requireOpened(key);
  const shown = new Agent({ lookup, ca, pfx: Buffer.from(key.p12), passphrase: key.password });
  const agent = plainAgent(ca);
  const cookies = new Map<string, string>();
  const exchange = async (url: string, init: { method?: string; body?: string }, through: Agent) => {
    const headers = { origin: new URL(url).origin, cookie: cookieOf(cookies) };
    const answer = await httpsFetch(url, { ...init, headers }, { ...LIMITS, ca, agent: through });
    if (!answer.ok) throw refused(`${new URL(url).pathname} answers ${answer.status}: ${saidIn(await answer.text())}`);
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    return (await answer.json()) as Record<string, string>;
  };
  try {
    const { signIn: where = "" } = await exchange(`${page}/session/start`, { method: "POST" }, agent);
    if (expected !== undefined && new URL(where).origin !== expected)
      throw refused(`the node sends to ${where} to sign in`);
    const { code = "" } = await exchange(where, {}, shown);
    await exchange(`${page}/session`, { method: "POST", body: JSON.stringify({ code }) }, agent);
    return { cookie: cookieOf(cookies), agent };
  } finally {
    shown.destroy();
  }
}

/** Ends a session at its node. One that has ended by itself is no error. */
export async function signOut({ page, ca }: Pick<Signer, "page" | "ca">, { cookie, agent }: SignedIn): Promise<void> {
  const headers = { origin: new URL(page).origin, cookie };
  await httpsFetch(`${page}/session/end`, { method: "POST", headers }, { ...LIMITS, ca, agent });
}

/** Lets calls to a page bear a session. */
export function bearing(baseUrl: string, session: () => Promise<SignedIn>): Interceptor {
  return (next) => async (request) => {
    const { cookie } = await session();
    request.header.set("origin", baseUrl);
    request.header.set("cookie", cookie);
    return next(request);
  };
}

/** Tells a wrong password before anything is sent. */
function requireOpened({ p12, password }: OpenedKey): void {
  try {
    createSecureContext({ pfx: Buffer.from(p12), passphrase: password });
  } catch (cause) {
    const message = `数字证书 Key 文件无法打开，请核对文件和口令 · the key file cannot be opened: look at file and password (${(cause as Error).message})`;
    throw new Refusal("INVALID_FIELD", message, { cause });
  }
}

/** The sentence of a refusal in JSON; of anything else, all of it. */
function saidIn(answer: string): string {
  try {
    return String((JSON.parse(answer) as { message?: unknown }).message ?? answer);
  } catch {
    return answer;
  }
}

function refused(message: string): Refusal {
  return new Refusal("SIGN_IN_REFUSED", message);
}

function cookieOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/Max-Age=0/.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}
