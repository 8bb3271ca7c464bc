import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { atMost } from "../base/pause.ts";
import { type CallLog, openCallLog, toldTo } from "../call/chain/call-log.ts";
import { calledBy } from "../call/chain/current-call.ts";
import { mount } from "../call/chain/service.ts";
import type { TokenSigner } from "../call/chain/tokens.ts";
import type { Clients } from "../call/client/clients.ts";
import type { Alarm } from "../domain/alarm.ts";
import type { ChainEntry } from "../domain/hash-chain.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { EventLink } from "../event/event-link.ts";
import type { SetAside } from "../event/set-aside.ts";
import { setAsideHandlers } from "../event/set-aside-routes.ts";
import { openSetAside } from "../event/stored-set-aside.ts";
import type { ClockWatch } from "../host/clock-watch.ts";
import type { NodeConfig, ServiceName } from "../host/config.ts";
import type { Logger, RootLogger } from "../host/log.ts";
import type { MetricsHub } from "../host/metrics.ts";
import type { NodeKeys } from "../host/node-keys.ts";
import { hasService } from "../host/place.ts";
import type { Evidence } from "../journal/evidence.ts";
import { evidenceDirectory, openEvidence } from "../journal/evidence.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/port.ts";
import { startRefusalTally } from "./refusal-tally.ts";
import { countRefusedCalls, REFUSED_CALLS } from "./refused-calls.ts";
import type { RunningService, Runtime, ServiceModule } from "./runtime.ts";
import type { NodeStanding } from "./standing.ts";
import { openStoreMark, type StoreMark } from "./store-mark.ts";
import { type TellActs, tellActs } from "./tell-acts.ts";
import type { WatchedService } from "./watch/process-watch.ts";

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
  monotonic: () => number;
  clock: ClockWatch;
  standing: NodeStanding;
  randomBytes: (size: number) => Uint8Array;
  /** Ends the process: what it stands on is no longer what it stood on. */
  giveUp: (refusal: Refusal) => void;
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
  /** What the watch of the process looks at. */
  watched: WatchedService;
}

const LOST_COUNTS = "calls that were refused since the last minute are in the call log alone";
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

  const serviceMetrics = metrics.of(name);
  const written = await openCallLog({
    file: join(dataDirectory, "calls", `${name}-${replica}.jsonl`),
    onDropped: (lines) => serviceMetrics.count("call_log_dropped_total", {}, lines),
    onError: (cause, dropped) => serviceLog.error({ cause: String(cause), dropped }, "the call log cannot be written"),
  });
  closing.defer(() => written.close());
  const store = await openServiceStore(config, name);
  closing.defer(() => store.close());
  const directory = evidenceDirectory(dataDirectory, name, replica);
  let acts: TellActs | undefined;
  const onEntry = (entry: ChainEntry) => acts?.add(entry);
  const evidence = await openEvidence(directory, { now: shared.now, call: calledBy, onEntry });
  closing.defer(() => evidence.close());
  const refusals = startRefusalTally(
    { evidence, log: serviceLog, now: shared.now, signal: shared.signal },
    REFUSED_CALLS,
  );
  closing.defer(() =>
    refusals.close().catch((error: unknown) => serviceLog.warn({ error: String(error) }, LOST_COUNTS)),
  );
  const callLog = toldTo(written, [countRefusedCalls(refusals)]);
  const mark = await markOf(store, shared, { service: name, log: serviceLog, evidence });
  closing.defer(() => mark.stop());

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
    monotonic: shared.monotonic,
    randomBytes: shared.randomBytes,
    clock: shared.clock,
    standing: shared.standing,
    client: (descriptor, target) => clients.client(name, descriptor, target),
    nodeKey: keys.own,
    verifyNode: keys.verify,
    nodePublicKey: keys.publicKeyOf,
    tokens: name === "identity" ? shared.tokens : undefined,
    events: shared.events,
  };
  const running = await module.start(runtime);
  closing.defer(() => running.stop());
  if (hasService(config, "supervision")) {
    const { client, signal } = runtime;
    acts = tellActs({ directory, stream: `${name}-${replica}`, client, log: serviceLog, signal });
    const { ended } = acts;
    closing.defer(() => atMost(ended, LAST_WORDS_MS));
  }
  const ready = async () => {
    evidence.check();
    mark.check();
    await running.ready();
  };
  const services = [...running.services, mount(SetAsideService, setAsideHandlers(setAside))];
  return {
    name,
    running: { ...running, services },
    callLog,
    notices: () => [...setAside.notices(), ...(running.notices?.() ?? [])].map((notice) => `${name}: ${notice}`),
    ready,
    watched: {
      ...{ name, engine: store.engine, ready },
      size: () => store.size(),
      setAside: () => setAside.total(),
      alarms: async () => [...(await setAsideAlarms(name, setAside)), ...((await running.alarms?.()) ?? [])],
    },
  };
}

async function setAsideAlarms(name: ServiceName, setAside: SetAside): Promise<Alarm[]> {
  const { items } = await setAside.list(1, "");
  return items.map(({ since }) => ({
    ...{ kind: "SET_ASIDE", urgent: false, subject: name, since },
    told: { count: Math.max(1, setAside.total()) },
  }));
}

/** Time to write down that the store went back, before the process ends. */
const LAST_WORDS_MS = 2_000;

/** Watches for an older copy of the store: the process ends, once log and evidence say so. */
function markOf(
  store: Store,
  { config: { dataDirectory, replica }, giveUp }: SharedParts,
  { service, log, evidence }: { service: ServiceName; log: Logger; evidence: Evidence },
): Promise<StoreMark> {
  return openStoreMark({
    store,
    service,
    file: join(dataDirectory, "marks", `${service}-${replica}.json`),
    log,
    async onWentBack(refusal) {
      log.error({ ...refusal.metadata }, refusal.message);
      const written = evidence.append("store-went-back", { ...refusal.metadata }).catch(() => {});
      await atMost(written, LAST_WORDS_MS);
      giveUp(refusal);
    },
  });
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
