import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Counts and measures of a service, shown by `/metrics` as `ecert_<name>`. Labels have few values, never ids. */
export interface Metrics {
  count(name: string, labels?: Record<string, string>, by?: number): void;
  /** Observes seconds in a histogram. */
  observe(name: string, seconds: number, labels?: Record<string, string>): void;
  gauge(name: string, value: number, labels?: Record<string, string>): void;
}

/** Buckets in seconds: from in-process calls to the default deadline. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How often the event loop is looked at for its lag, milliseconds: at the usual 10 that alone takes a process half of what it does while idle. */
const LOOP_LOOK_MS = 100;

/** What every call is counted by. */
export interface CallMetrics {
  /** Full method name, outcome (`OK` or reason), seconds. */
  called(method: string, outcome: string, seconds: number): void;
  inFlight(change: 1 | -1): void;
  /** A request was refused while it arrived, by the limit of this name. */
  refused(limit: string): void;
}

/** What is counted of that which comes in, before anything of it is served. */
export interface IntakeMetrics {
  /** Bytes of requests that are held now. */
  buffered(bytes: number): void;
  /** A connection to this listener was closed by the limit of this name, before TLS. */
  connectionRefused(listener: string, limit: string): void;
  connections(listener: string, change: 1 | -1): void;
}

/** The metrics of one process. */
export interface MetricsHub {
  calls: CallMetrics;
  intake: IntakeMetrics;
  /** Metrics for one service; each series carries its name. */
  of(service: string): Metrics;
  /** Prometheus text. */
  text(): Promise<string>;
}

/** Opens the metrics of a process: calls, latency, calls in flight, event loop lag and the usual process figures. */
export function openMetrics(labels: Record<string, string>): MetricsHub {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry, prefix: "ecert_", eventLoopMonitoringPrecision: LOOP_LOOK_MS });
  const registers = [registry];
  const total = new Counter({
    name: "ecert_calls_total",
    help: "Calls served",
    labelNames: ["method", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "ecert_call_seconds",
    help: "Seconds from admission to answer",
    labelNames: ["method"],
    buckets: BUCKETS,
    registers,
  });
  const refused = new Counter({
    name: "ecert_requests_refused_total",
    help: "Requests refused while they arrived, by a limit of what is taken in",
    labelNames: ["limit"],
    registers,
  });
  const flying = new Gauge({ name: "ecert_calls_in_flight", help: "Calls being served", registers });
  return {
    intake: intakeMetrics(registers),
    calls: {
      called(method, outcome, duration) {
        total.inc({ method, outcome });
        seconds.observe({ method }, duration);
      },
      inFlight: (change) => flying.inc(change),
      refused: (limit) => refused.inc({ limit }),
    },
    of: (service) => serviceMetrics(registry, service),
    text: () => registry.metrics(),
  };
}

function intakeMetrics(registers: Registry[]): IntakeMetrics {
  const buffered = new Gauge({ name: "ecert_buffered_bytes", help: "Bytes of requests held in memory", registers });
  const closed = new Counter({
    name: "ecert_connections_refused_total",
    help: "Connections closed by a limit before TLS",
    labelNames: ["listener", "limit"],
    registers,
  });
  const open = new Gauge({ name: "ecert_connections", help: "Open connections", labelNames: ["listener"], registers });
  return {
    buffered: (bytes) => buffered.set(bytes),
    connectionRefused: (listener, limit) => closed.inc({ listener, limit }),
    connections: (listener, change) => open.inc({ listener }, change),
  };
}

function serviceMetrics(registry: Registry, service: string): Metrics {
  return {
    count(name, labels = {}, by = 1) {
      series(name, labels, (spec) => new Counter(spec)).inc({ service, ...labels }, by);
    },
    observe(name, value, labels = {}) {
      series(name, labels, (spec) => new Histogram({ ...spec, buckets: BUCKETS })).observe(
        { service, ...labels },
        value,
      );
    },
    gauge(name, value, labels = {}) {
      series(name, labels, (spec) => new Gauge(spec)).set({ service, ...labels }, value);
    },
  };

  type Spec = { name: string; help: string; labelNames: string[]; registers: Registry[] };
  function series<T>(name: string, labels: Record<string, string>, make: (spec: Spec) => T): T {
    const full = `ecert_${name}`;
    const labelNames = ["service", ...Object.keys(labels)];
    const found = registry.getSingleMetric(full) as T | undefined;
    return found ?? make({ name: full, help: name.replaceAll("_", " "), labelNames, registers: [registry] });
  }
}
