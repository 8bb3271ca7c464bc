import { createPrivateKey, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { TokenService } from "../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import { openAdminServer } from "./admin-server.ts";
import { createCallChain } from "./call-chain.ts";
import { type Clients, createClients } from "./clients.ts";
import type { NodeConfig } from "./config.ts";
import { openListeners, unusable } from "./listeners.ts";
import { openLog } from "./log.ts";
import { type MetricsHub, openMetrics } from "./metrics.ts";
import { openNatsLink } from "./nats-link.ts";
import { loadNodeKeys } from "./node-keys.ts";
import { watchReadiness } from "./readiness.ts";
import { followRefusedApps, type RefusedApps } from "./refused-apps.ts";
import { createRouteTable, type RouteTable } from "./routes.ts";
import type { Logger, ServiceModule, TokenSigner } from "./runtime.ts";
import { type StartedService, startService } from "./service-runtime.ts";
import { readTls } from "./tls.ts";
import { tokenSigner } from "./tokens.ts";

/** A process of a node that serves. */
export interface RunningNode {
  /** Where its listeners are, `host:port`, by listener. */
  readonly addresses: Readonly<Partial<Record<keyof NodeConfig["listeners"], string>>>;
  /**
   * Stops gracefully: health says "not serving", background work is told to end, calls in flight get up to 10 seconds, then
   * everything closes. A second call waits for the first.
   */
  stop(): Promise<void>;
}

/** What a test may put in the place of the real thing. */
export interface NodeOptions {
  now?: () => Date;
  randomBytes?: (size: number) => Uint8Array;
  /** Milliseconds that calls in flight get when the process stops. Default 10,000. */
  drainMs?: number;
}

/** Time for the last answers to leave when all calls have been served. */
const FLUSH_MS = 200;

/**
 * Starts a process of a node: `modules`, which are the services that its configuration names, and its listeners. Resolves
 * when it listens; other services and peers may start later. If something fails, what was opened is closed again.
 */
export async function startNode(
  config: NodeConfig,
  modules: readonly ServiceModule[],
  { now = () => new Date(), randomBytes: random = (size) => randomBytes(size), drainMs = 10_000 }: NodeOptions = {},
): Promise<RunningNode> {
  await using opening = new AsyncDisposableStack();
  const { code } = config.node;
  const log = openLog(config.log?.level ?? "info", { node: code, replica: config.replica });
  const metrics = openMetrics({ node: code, replica: config.replica });
  const tls = readTls(config.tls, config.tls.caFile);
  const stopping = new AbortController();
  const chain = createCallChain({ node: code, log, metrics: metrics.calls, now, limits: config.limits });

  let routes: RouteTable | undefined;
  const clients = createClients({ config, tls, chain, routes: () => routes });
  opening.defer(() => clients.close());
  const events = config.nats && openNatsLink({ ...config.nats, name: `${code}/${config.replica}`, log });
  opening.defer(async () => events?.close());

  const keys = loadNodeKeys(config);
  const tokens = loadTokenSigner(config, now);
  const shared = {
    config,
    log,
    metrics,
    clients,
    keys,
    tokens,
    events,
    signal: stopping.signal,
    now,
    randomBytes: random,
  };
  const services: StartedService[] = [];
  for (const module of modules) {
    services.push(await startService(module, shared, opening));
    // Undone before the service is: what it does in the background ends with the signal, and its stop waits for that.
    opening.defer(async () => stopping.abort());
  }
  routes = createRouteTable(
    services.flatMap(({ name, running, callLog }) => running.services.map((service) => ({ name, service, callLog }))),
  );

  const refused = followRefused(config, clients, log, metrics, stopping.signal);
  const listeners = await openListeners({ config, tls, routes, chain, now, metrics: metrics.intake, refused }, opening);
  const calls = Object.values(listeners);
  const tell = (serving: boolean) => {
    for (const listener of calls) listener.setServing(serving);
  };
  const check = async () => {
    await Promise.all(services.map(({ ready }) => ready()));
  };
  const readiness = await watchReadiness(check, tell, log);
  opening.defer(() => readiness.stop());
  if (config.listeners.admin) {
    const admin = await openAdminServer({
      ...config.listeners.admin,
      ready: readiness.ready,
      notices: () => services.flatMap(({ notices }) => notices()),
      metrics: metrics.text,
    }).catch((cause: unknown) => {
      throw unusable("admin", cause);
    });
    opening.defer(() => admin.close());
    listeners.admin = admin;
  }

  const opened = opening.move();
  let stopped: Promise<void> | undefined;
  return {
    addresses: Object.fromEntries(Object.entries(listeners).map(([name, { address }]) => [name, address])),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    readiness.stop();
    tell(false);
    stopping.abort();
    const drained = Promise.all(calls.map((listener) => listener.drain()));
    await Promise.race([chain.idle(), delay(drainMs, undefined, { ref: false })]);
    chain.cancelAll();
    // The last answers are on their way. Connections may stay open for ever, since health watches hold them.
    await Promise.race([drained, delay(FLUSH_MS)]);
    await opened.disposeAsync();
  }
}

/** Undefined where no catalog is mounted here or named: then tokens are judged by themselves alone. */
function followRefused(
  config: NodeConfig,
  clients: Clients,
  log: Logger,
  metrics: MetricsHub,
  signal: AbortSignal,
): RefusedApps | undefined {
  const [speaker] = config.services;
  const { listeners, services, mesh } = config;
  if (!speaker || !(listeners.public || listeners.connect)) return undefined;
  if (!services.includes("catalog") && !mesh.catalog) {
    log.warn({}, "no catalog is named in mesh: apps that are disabled are not refused here before their tokens end");
    return undefined;
  }
  const shown = metrics.of(speaker);
  return followRefusedApps({
    catalog: clients.client(speaker, TokenService, "catalog"),
    log,
    signal,
    onAge: (seconds) => shown.gauge("refused_apps_age_seconds", seconds),
  });
}

function loadTokenSigner({ tokens, node }: NodeConfig, now: () => Date): TokenSigner | undefined {
  if (!tokens.privateKeyFile) return undefined;
  const privateKey = createPrivateKey(readFileSync(tokens.privateKeyFile));
  return tokenSigner({ privateKey, node: node.code, lifetimeSeconds: tokens.lifetimeSeconds, now });
}
