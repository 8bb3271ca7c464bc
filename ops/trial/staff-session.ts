import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import type { LookupFunction } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import type { Client, Interceptor } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import type { ServiceName } from "../../services/host/config.ts";
import type { Core } from "./core.ts";
import { refusing } from "./operator.ts";
import { pageOf, signInOf } from "./staff.ts";

/** A certificate with its key, as a browser takes it, and the password that opens it. */
export interface CertificateKey {
  p12: string;
  p12Password: string;
}

/** Somebody who has signed in at a node. */
export interface StaffSession {
  /** Calls a service of the node over Connect with the cookie of the session, as a page of the node would. Calls throw `Refusal`. */
  client<S extends DescService>(contract: S, service: ServiceName): Client<S>;
}

const LIMITS = { timeoutMs: 10_000, maxBytes: 1 << 20 };

/** Every name below `localhost` is this machine, as browsers have it and not every resolver. */
const lookup: LookupFunction = (_name, { all }, done) => {
  const [address, family] = ["127.0.0.1", 4] as const;
  if (all) done(null, [{ address, family }]);
  else done(null, address, family);
};

/** Signs in at a node with a certificate key (5.9.2). `caFile` is the authority of the node's TLS certificates. */
export async function signInStaff(core: Core, caFile: string, key: CertificateKey): Promise<StaffSession> {
  const ca = readFileSync(caFile, "utf8");
  const shown = new Agent({ lookup, ca, pfx: readFileSync(key.p12), passphrase: key.p12Password });
  const silent = new Agent({ lookup, ca });
  const cookies = new Map<string, string>();
  const exchange = async (url: string, init: { method?: string; body?: string }, agent: Agent) => {
    const headers = { origin: new URL(url).origin, cookie: cookieOf(cookies) };
    const answer = await httpsFetch(url, { ...init, headers }, { ...LIMITS, ca, agent });
    if (!answer.ok) throw new Error(`${new URL(url).pathname} answers ${answer.status}: ${await answer.text()}`);
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    return (await answer.json()) as Record<string, string>;
  };
  const page = pageOf(core, "identity");
  const { signIn = "" } = await exchange(`${page}/session/start`, { method: "POST" }, silent);
  if (new URL(signIn).origin !== signInOf(core)) throw new Error(`the node sends to ${signIn} to sign in`);
  const { code } = await exchange(signIn, {}, shown);
  await exchange(`${page}/session`, { method: "POST", body: JSON.stringify({ code }) }, silent);
  const cookie = cookieOf(cookies);
  return {
    client(contract, service) {
      const baseUrl = pageOf(core, service);
      const withCookie: Interceptor = (next) => (request) => {
        request.header.set("origin", baseUrl);
        request.header.set("cookie", cookie);
        return next(request);
      };
      const settings = { baseUrl, httpVersion: "1.1", nodeOptions: { ca, agent: silent } } as const;
      const transport = createConnectTransport({ ...settings, interceptors: [withCookie], defaultTimeoutMs: 30_000 });
      return createClient(contract, refusing(transport));
    },
  };
}

function cookieOf(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/Max-Age=0/.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}
