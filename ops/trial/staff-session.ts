import { readFileSync } from "node:fs";
import type { Agent } from "node:https";
import type { DescService } from "@bufbuild/protobuf";
import type { Client, Interceptor } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { TARGET_HEADER } from "../../services/call/chain/routes.ts";
import type { ServiceName } from "../../services/host/config.ts";
import type { Core } from "./core.ts";
import { refusing } from "./operator.ts";
import { bearing, plainAgent, type SignedIn, signIn } from "./sign-in.ts";
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

/** Signs in at a node with a certificate key (5.9.2). `caFile` is the authority of the node's TLS certificates. */
export async function signInStaff(core: Core, caFile: string, key: CertificateKey): Promise<StaffSession> {
  const ca = readFileSync(caFile, "utf8");
  const opened = { p12: readFileSync(key.p12), password: key.p12Password };
  const session = await signIn({ page: pageOf(core), ca, key: opened }, signInOf(core));
  return { client: (contract, service) => page(core, ca, session.agent, service, contract, async () => session) };
}

/** A service of a node over Connect, called without any session: what is open to the public. Calls throw `Refusal`. */
export function publicClient<S extends DescService>(
  core: Core,
  caFile: string,
  contract: S,
  service: ServiceName,
): Client<S> {
  const ca = readFileSync(caFile, "utf8");
  return page(core, ca, plainAgent(ca), service, contract);
}

function page<S extends DescService>(
  core: Core,
  ca: string,
  agent: Agent,
  service: ServiceName,
  contract: S,
  session?: () => Promise<SignedIn>,
): Client<S> {
  const baseUrl = pageOf(core);
  const settings = { baseUrl, httpVersion: "1.1", nodeOptions: { ca, agent } } as const;
  const meant: Interceptor = (next) => (request) => {
    request.header.set(TARGET_HEADER, service);
    return next(request);
  };
  const interceptors = session ? [meant, bearing(baseUrl, session)] : [meant];
  const transport = createConnectTransport({ ...settings, interceptors, defaultTimeoutMs: 30_000 });
  return createClient(contract, refusing(transport));
}
