import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/port.ts";
import { type CallLog, openCallLog } from "./call-log.ts";
import type { Clients } from "./clients.ts";
import type { NodeConfig, ServiceName } from "./config.ts";
import type { EventLink } from "./event-link.ts";
import { openEvidence } from "./evidence.ts";
import type { RootLogger } from "./log.ts";
import type { MetricsHub } from "./metrics.ts";
import type { NodeKeys } from "./node-keys.ts";
import type { RunningService, Runtime, ServiceModule, TokenSigner } from "./runtime.ts";
import { mount } from "./service.ts";
import { openSetAside, type SetAside } from "./set-aside.ts";
import { setAsideHandlers } from "./set-aside-routes.ts";

/** What all services of a process share. */
export interface SharedParts {
  config: NodeConfig;
  log: RootLogger;
  metrics: MetricsHub;
  clients: Clients;
  keys: NodeKeys;
  tokens: TokenSigner | undefined;
  events: EventLink | undefined;
  signal: AbortSignal;
  now: () => Date;
  randomBytes: (size: number) => Uint8Array;
}

/** A service that was started, with what was opened for it. */
export interface StartedService {
  name: ServiceName;
  running: RunningService;
  callLog: CallLog;
  /** Throws or rejects if the service, or what it stands on, cannot serve. */
  ready(): Promise<void>;
  /** Sentences about what needs care though everything serves. */
  notices(): string[];
}

/** Pause between two counts of what was set aside: other replicas set aside and try again, too. */
const COUNT_MS = 15_000;

/** Opens store, evidence chain and call log of one service and starts it. `closing` takes care of the way back. */
export async function startService(
  module: ServiceModule,
  shared: SharedParts,
  closing: AsyncDisposableStack,
): Promise<StartedService> {
  const { config, log, metrics, clients, keys } = shared;
  const { name } = module;
  const { dataDirectory, replica } = config;
  const serviceLog = log.child({ service: name });

  const callLog = await openCallLog({
    file: join(dataDirectory, "calls", `${name}-${replica}.jsonl`),
    onError: (cause) => serviceLog.error({ cause }, "the call log cannot be written"),
  });
  closing.defer(() => callLog.close());
  const store = await openServiceStore(config, name);
  closing.defer(() => store.close());
  const evidence = await openEvidence(dataDirectory, name, replica, shared.now);
  closing.defer(() => evidence.close());

  const serviceMetrics = metrics.of(name);
  const setAside = await openSetAside({ store, evidence, log: serviceLog, metrics: serviceMetrics, now: shared.now });
  closing.defer(countEvery(setAside));

  const runtime: Runtime = {
    config,
    service: name,
    replica,
    store,
    evidence,
    log: serviceLog,
    metrics: serviceMetrics,
    setAside,
    signal: shared.signal,
    now: shared.now,
    randomBytes: shared.randomBytes,
    client: (descriptor, target) => clients.client(name, descriptor, target),
    nodeKey: keys.own,
    verifyNode: keys.verify,
    nodePublicKey: keys.publicKeyOf,
    tokens: name === "catalog" ? shared.tokens : undefined,
    events: shared.events,
  };
  const running = await module.start(runtime);
  closing.defer(() => running.stop());
  const services = [...running.services, mount(SetAsideService, setAsideHandlers(setAside))];
  return {
    name,
    running: { ...running, services },
    callLog,
    notices: () => setAside.notices().map((notice) => `${name}: ${notice}`),
    async ready() {
      evidence.check();
      await running.ready();
    },
  };
}

/** Returns the way to end it. */
function countEvery(setAside: SetAside): () => void {
  // A store that is away is told by the service's readiness.
  const timer = setInterval(() => setAside.refresh().catch(() => {}), COUNT_MS).unref();
  return () => clearInterval(timer);
}

function openServiceStore({ store, dataDirectory }: NodeConfig, name: ServiceName): Promise<Store> {
  if (store.engine === "sqlite") {
    const { maximumBytes } = store;
    const limit = maximumBytes === undefined ? {} : { maximumBytes };
    return openStore({ engine: "sqlite", directory: join(dataDirectory, "store"), name, ...limit });
  }
  const uri = readFileSync(store.uriFile, "utf8").trim();
  return openStore({ engine: "mongodb", uri, database: `${store.database}_${name}` });
}
