import { createPrivateKey, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { WatchService } from "../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { atMost, pause } from "../base/pause.ts";
import { createCallChain } from "../call/chain/call-chain.ts";
import { toldTo } from "../call/chain/call-log.ts";
import { PAGE_SERVICE } from "../call/chain/handed-on.ts";
import { followRefusedApps, type RefusedApps } from "../call/chain/refused-apps.ts";
import { createRouteTable, type RouteTable } from "../call/chain/routes.ts";
import { mount } from "../call/chain/service.ts";
import { type StaffSessions, staffSessions } from "../call/chain/sessions.ts";
import type { TokenSigner } from "../call/chain/tokens.ts";
import { tokenSigner } from "../call/chain/tokens.ts";
import { type Clients, createClients } from "../call/client/clients.ts";
import { handingOn } from "../call/listen/hand-on.ts";
import { openListeners, unusable } from "../call/listen/listeners.ts";
import { screensSites } from "../call/pages/screens-site.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { EventLink } from "../event/event-link.ts";
import { openAdminServer } from "../host/admin-server.ts";
import { watchClock } from "../host/clock-ticks.ts";
import type { NodeConfig } from "../host/config.ts";
import { watchDisk } from "../host/disk-free.ts";
import { giveBackMemory } from "../host/give-back.ts";
import type { Logger } from "../host/log.ts";
import { openLog } from "../host/log.ts";
import { type MetricsHub, openMetrics } from "../host/metrics.ts";
import { loadNodeKeys } from "../host/node-keys.ts";
import { hasService } from "../host/place.ts";
import { watchReadiness } from "../host/readiness.ts";
import { readTls } from "../host/tls.ts";
import { createPeerClocks, type PeerClockParts } from "./peer-clocks.ts";
import type { ServiceModule } from "./runtime.ts";
import { type StartedService, startService } from "./service-runtime.ts";
import { ALWAYS_LEVEL, followStanding, type NodeStanding } from "./standing.ts";
import { verificationSettings } from "./verification-settings.ts";
import { watchNode } from "./watch/node-watch.ts";
import { watchProcess } from "./watch/process-watch.ts";
import { watchHandlers } from "./watch/watch-routes.ts";

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
  /** Milliseconds of a clock that nobody sets. Default: that of the process, or `now` where that is given. */
  monotonic?: () => number;
  randomBytes?: (size: number) => Uint8Array;
  /** Milliseconds that calls in flight get when the process stops. Default 10,000. */
  drainMs?: number;
  /** Ends the process where it cannot go on. Default: the refusal on standard error, then exit with 1. */
  giveUp?: (refusal: Refusal) => void;
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
  options: NodeOptions = {},
): Promise<RunningNode> {
  const { now = () => new Date(), randomBytes: random = (size) => randomBytes(size), drainMs = 10_000 } = options;
  const { giveUp = exit } = options;
  const { monotonic = options.now ? () => now().getTime() : () => performance.now() } = options;
  await using opening = new AsyncDisposableStack();
  const { code } = config.node;
  const log = openLog(config.log?.level ?? "info", { node: code, replica: config.replica });
  const metrics = openMetrics({ node: code, replica: config.replica });
  const tls = readTls(config.tls, config.tls.caFile);
  const stopping = new AbortController();
  const chain = createCallChain({ node: code, log, metrics: metrics.calls, now, monotonic, limits: config.limits });

  let routes: RouteTable | undefined;
  const clients = createClients({ config, tls, chain, routes: () => routes });
  opening.defer(() => clients.close());
  const events = await openEvents(config, log);
  opening.defer(async () => events?.close());

  const clock = watchClock({ config, log, metrics, now, monotonic });
  opening.defer(() => clock.stop());
  const shown = metrics.of(config.services[0] ?? "");
  mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
  const disk = await watchDisk(config.dataDirectory, ({ free }) =>
    shown.gauge("disk_free_bytes", free, { path: config.dataDirectory }),
  );
  opening.defer(() => disk.stop());
  const memory = giveBackMemory((seconds) => shown.observe("heap_collected_seconds", seconds));
  opening.defer(() => memory.stop());
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
    monotonic,
    clock,
    standing: standingOf(config, clients, log, stopping.signal, { clock, now }),
    randomBytes: random,
    giveUp,
  };
  const services: StartedService[] = [];
  for (const module of modules) {
    services.push(await startService(module, shared, opening));
    // Undone before the service is: what it does in the background ends with the signal, and its stop waits for that.
    opening.defer(async () => stopping.abort());
  }
  const watchers = services.flatMap(({ running }) => running.onCall ?? []);
  const own = watchProcess({ config, services: services.map(({ watched }) => watched), clock, disk, now });
  opening.defer(() => own.stop());
  const all = watchNode({ config, own, clients, now });
  opening.defer(() => all.stop());
  const watching = mount(WatchService, watchHandlers(own, all));
  routes = createRouteTable(
    services.flatMap(({ name, running, ...rest }) => {
      const callLog = toldTo(rest.callLog, watchers);
      return [...running.services, watching].map((service) => ({ name, service, callLog }));
    }),
  );

  const refused = followRefused(config, clients, log, metrics, stopping.signal);
  const sessions = sessionsOf(config, clients, log, monotonic);
  const screens =
    config.screens &&
    screensSites(config.screens.builtDirectory, {
      signInOrigin: config.staff?.signInOrigin,
      holders: config.screens.holders,
      verification: verificationSettings(config, keys),
    });
  const sites = [...services.flatMap(({ running }) => running.sites ?? []), ...(screens ?? [])];
  const pages = services.find(({ name }) => name === PAGE_SERVICE);
  const elsewhere = pages && handingOn({ config, clients, callLog: pages.callLog });
  const listeners = await openListeners(
    { config, tls, routes, elsewhere, chain, now, metrics: metrics.intake, log, refused, sessions, sites },
    opening,
  );
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
      notices: () => [...clock.notices(), ...disk.notices(), ...services.flatMap(({ notices }) => notices())],
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
    await Promise.race([chain.idle(), pause(drainMs, undefined, { ref: false })]);
    chain.cancelAll();
    // The last answers are on their way. Connections may stay open for ever, since health watches hold them.
    await atMost(drained, FLUSH_MS);
    await opened.disposeAsync();
  }
}

/** Undefined where no broker is named: such a process does not load the library either. */
async function openEvents({ nats, node, replica }: NodeConfig, log: Logger): Promise<EventLink | undefined> {
  if (!nats) return undefined;
  const { openNatsLink } = await import("../event/nats/nats-link.ts");
  return openNatsLink({ ...nats, name: `${node.code}/${replica}`, log });
}

function exit({ message }: Refusal): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Undefined where no identity service is mounted here or named: then tokens are judged by themselves alone. */
function followRefused(
  config: NodeConfig,
  clients: Clients,
  log: Logger,
  metrics: MetricsHub,
  signal: AbortSignal,
): RefusedApps | undefined {
  const [speaker] = config.services;
  const { listeners } = config;
  if (!speaker || !(listeners.public || listeners.connect || listeners.mutual)) return undefined;
  if (!hasService(config, "identity")) {
    log.warn(
      {},
      "no identity service is named in mesh: apps that are disabled are not refused here before their tokens end",
    );
    return undefined;
  }
  const shown = metrics.of(speaker);
  return followRefusedApps({
    identity: clients.client(speaker, TokenService, "identity"),
    log,
    signal,
    onAge: (seconds) => shown.gauge("refused_apps_age_seconds", seconds),
  });
}

/** Undefined where no identity service is mounted here or named: then a cookie proves nothing here. */
function sessionsOf(
  config: NodeConfig,
  clients: Clients,
  log: Logger,
  monotonic: () => number,
): StaffSessions | undefined {
  const [speaker] = config.services;
  if (!speaker || !(config.listeners.connect || config.listeners.mesh)) return undefined;
  if (!hasService(config, "identity")) {
    log.warn({}, "no identity service is named in mesh: staff who have signed in are not known here");
    return undefined;
  }
  const identity = clients.client(speaker, SessionService, "identity");
  return staffSessions({ identity, node: config.node.code, monotonic });
}

/** A node without a sync service gives nothing to others that they could have seen. */
function standingOf(
  config: NodeConfig,
  clients: Clients,
  log: Logger,
  signal: AbortSignal,
  clocks: PeerClockParts,
): NodeStanding {
  const [speaker] = config.services;
  if (!speaker || !hasService(config, "sync")) return ALWAYS_LEVEL;
  const sync = clients.client(speaker, StandingService, "sync");
  // Beside the sync service the clock watch is its own, and knows already.
  const onAnswer = config.services.includes("sync") ? () => {} : createPeerClocks(clocks);
  return followStanding({ sync, log, onAnswer, signal });
}

function loadTokenSigner({ tokens, node }: NodeConfig, now: () => Date): TokenSigner | undefined {
  if (!tokens.privateKeyFile) return undefined;
  const privateKey = createPrivateKey(readFileSync(tokens.privateKeyFile));
  return tokenSigner({ privateKey, node: node.code, lifetimeSeconds: tokens.lifetimeSeconds, now });
}
