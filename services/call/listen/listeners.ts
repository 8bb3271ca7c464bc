import { Refusal } from "../../domain/refusal.ts";
import type { NodeConfig, TlsFiles } from "../../host/config.ts";
import type { Listener } from "../../host/listener.ts";
import type { Logger } from "../../host/log.ts";
import type { IntakeMetrics } from "../../host/metrics.ts";
import { readTls, type TlsMaterial } from "../../host/tls.ts";
import type { CallChain } from "../chain/call-chain.ts";
import { holderTokens } from "../chain/holder-tokens.ts";
import { createAuthenticator } from "../chain/proof.ts";
import type { RefusedApps } from "../chain/refused-apps.ts";
import type { RouteTable } from "../chain/routes.ts";
import type { StaffSessions } from "../chain/sessions.ts";
import { loadTokenKeys } from "../chain/token-keys.ts";
import { tokenVerifier } from "../chain/token-verifier.ts";
import { createByteBudget } from "../request/byte-budget.ts";
import { createRequestParser } from "../request/request-parser.ts";
import { openConnectServer } from "./connect-server.ts";
import { openGrpcServer } from "./grpc-server.ts";
import type { Elsewhere } from "./hand-on.ts";
import type { ListenerShare } from "./listener-share.ts";
import { openSignInServer } from "./sign-in-server.ts";
import type { Site } from "./site.ts";

/** Listeners by the name that the configuration gives them. */
export type Listeners = Partial<Record<keyof NodeConfig["listeners"], Listener>>;

/** What the listeners of a process serve. */
export interface ListenersOptions {
  config: NodeConfig;
  tls: TlsMaterial;
  routes: RouteTable;
  /** Where calls of pages are handed on to; absent where nothing is. */
  elsewhere?: Elsewhere | undefined;
  chain: CallChain;
  now: () => Date;
  metrics: IntakeMetrics;
  log: Logger;
  /** Apps whose tokens are refused; absent where this process cannot ask a catalog. */
  refused: RefusedApps | undefined;
  /** Who has signed in; absent where this process cannot ask an identity service. */
  sessions: StaffSessions | undefined;
  /** What services serve beside RPCs. */
  sites: readonly Site[];
}

/** Opens the listeners for calls that a configuration names; each one is closed with `opened`. */
export async function openListeners(
  { config, tls, routes, elsewhere, chain, now, metrics, log, refused, sessions, sites }: ListenersOptions,
  opened: AsyncDisposableStack,
): Promise<Listeners> {
  const { node, listeners, limits, clockSkewMs, holders, oauth } = config;
  const keys = loadTokenKeys(config);
  const verifier = tokenVerifier({ keys, node: node.code, issuer: oauth?.issuer, now, clockSkewMs, refused });
  const ofHolders = holders && holderTokens({ providers: holders.providers, now, clockSkewMs });
  const budget = createByteBudget(limits, metrics);
  const parser = createRequestParser([
    ...routes.methods,
    ...(elsewhere?.contracts.flatMap(({ methods }) => methods) ?? []),
  ]);
  opened.defer(() => parser.close());
  const shared: ListenerShare = {
    node: node.code,
    routes,
    elsewhere,
    chain,
    limits,
    metrics,
    parser,
    intake: { budget, limits },
    authenticate: createAuthenticator({ node: node.code, tokens: verifier, holders: ofHolders, sessions }),
  };
  const ownTls = (files: TlsFiles | undefined) => (files ? readTls(files, config.tls.caFile) : tls);

  const found: Listeners = {};
  const keep = async (name: keyof Listeners, opening: Promise<Listener>) => {
    const listener = await opening.catch((cause: unknown) => {
      throw unusable(name, cause);
    });
    opened.defer(() => listener.close());
    found[name] = listener;
  };
  if (listeners.mesh) {
    await keep("mesh", openGrpcServer({ ...shared, ...listeners.mesh, name: "mesh", tls, proof: "certificate" }));
  }
  if (listeners.public) {
    const { address, tls: files } = listeners.public;
    await keep("public", openGrpcServer({ ...shared, name: "public", address, tls: ownTls(files), proof: "token" }));
  }
  for (const name of ["connect", "mutual"] as const) {
    const listener = listeners[name];
    if (!listener) continue;
    const { address, tls: files } = listener;
    // A browser that is asked for a certificate asks its user.
    const asks = name === "mutual" || !listeners.mutual;
    const own = sites.filter((site) => site.listener === undefined);
    await keep(name, openConnectServer({ ...shared, name, asks, sites: own, address, tls: ownTls(files) }));
  }
  if (listeners.signIn && config.staff) {
    const { address, tls: files } = listeners.signIn;
    const { authorities } = config.staff;
    const own = sites.filter(({ listener }) => listener === "signIn");
    await keep(
      "signIn",
      openSignInServer({ address, tls: ownTls(files), authorities, limits, metrics, log, sites: own }),
    );
  }
  return found;
}

/** The refusal of an address that cannot be listened on. */
export function unusable(name: keyof Listeners, cause: unknown): Refusal {
  const field = `/listeners/${name}/address`;
  const remedy = "name an address of this host whose port no other program has";
  const description = `cannot be listened on: ${(cause as Error).message}`;
  return new Refusal("INVALID_FIELD", `${field} ${description}; ${remedy}`, {
    fields: [{ field, description, remedy, localized: "无法监听该地址，请填写本机地址和未被占用的端口" }],
    cause,
  });
}
