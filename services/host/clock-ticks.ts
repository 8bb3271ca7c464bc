import { createClockWatch, type ProcessClock } from "./clock-watch.ts";
import type { NodeConfig } from "./config.ts";
import type { Logger } from "./log.ts";
import type { MetricsHub } from "./metrics.ts";
import { provincePeer } from "./place.ts";

const TICK_MS = 1_000;

/** The clock watch of a process that ticks until it is stopped; it shows `ecert_clock_difference_seconds{source}`. */
export function watchClock(parts: {
  config: NodeConfig;
  log: Logger;
  metrics: MetricsHub;
  now: () => Date;
  monotonic: () => number;
}): ProcessClock & { stop(): void } {
  const { config, log, metrics, now, monotonic } = parts;
  const shown = metrics.of(config.services[0] ?? "");
  const province = provincePeer(config.peers);
  const watch = createClockWatch({
    ...{ now, monotonic, log },
    toleranceMs: config.clockToleranceMs,
    above: province && `node ${province.node}`,
    onDifference: (source, seconds) => shown.gauge("clock_difference_seconds", seconds, { source }),
  });
  watch.tick();
  const timer = setInterval(() => watch.tick(), TICK_MS).unref();
  return {
    observed: (source, aheadMs, uncertaintyMs) => watch.observed(source, aheadMs, uncertaintyMs),
    stamped: (at) => watch.stamped(at),
    require: () => watch.require(),
    tick: () => watch.tick(),
    notices: () => watch.notices(),
    stop: () => clearInterval(timer),
  };
}
