import { readFileSync } from "node:fs";
import { createRenderPool } from "../services/document/render-pool.ts";
import { sha256Hex } from "../services/domain/canonical.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { openAdminServer } from "../services/host/admin-server.ts";
import { leastDifference } from "../services/host/clock-difference.ts";
import { createClockWatch } from "../services/host/clock-watch.ts";
import type { Logger } from "../services/host/log.ts";
import { openMetrics } from "../services/host/metrics.ts";
import { openJournal } from "../services/journal/journal.ts";
import type { AgentConfig } from "./config/agent-config.ts";
import { openDevice } from "./device/open-device.ts";
import { createFaceCheck } from "./face-check.ts";
import { watchHealth } from "./health-watch.ts";
import { createHello, toldOfficers } from "./hello.ts";
import { type LinkState, openLink } from "./link.ts";
import { JOURNAL_NAME, openMemory } from "./memory.ts";
import { createOfficerLists } from "./officer-lists.ts";
import { createOfficerDesk } from "./page/officer-desk.ts";
import type { PageServer } from "./page/page-server.ts";
import { loadPolicy } from "./policy.ts";
import { createRateLimit } from "./rate-limit.ts";
import { sealTerms, termNotices } from "./seal-terms.ts";
import { type AgentStep, createJobSigner } from "./sign-job.ts";

/** Version of this program, as it is told to cores. */
export const AGENT_VERSION: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;

/** Certificates and electronic seals that end soon are told in the log once a day. */
const REMIND_MS = 86_400_000;
/** A thread that draws faces takes about 100 MB: it is there while there are certificates to sign, and so long after. */
const DRAWS_NOT_MS = 300_000;
/** A list of officers that is put in the place of another one counts within so long. */
const LISTS_MS = 2_000;
/** A jump of the clock is noticed within so long, and at each job. */
const CLOCK_MS = 1_000;

/** An agent that runs. */
export interface Agent {
  /** Address of metrics and health, where configured. */
  readonly adminAddress: string | undefined;
  /** Where the page for officers listens, where configured. */
  readonly pageAddress: string | undefined;
  /** Answers what is in flight, leaves the cores, and closes journal and device. */
  stop(): Promise<void>;
}

/** What tests put in place of the host's. */
export interface AgentSurroundings {
  now?: () => Date;
  /** Milliseconds of a clock that nobody sets. Default: the host's; where `now` is given, that. */
  monotonic?: () => number;
  random?: () => number;
  /** See `SignerParts.passed`. */
  passed?: (step: AgentStep) => void;
}

/**
 * Starts the agent: links to every core, ready to sign. A device or cores that are away do not stop it; a broken journal, or
 * a policy with faults, does.
 */
export async function startAgent(
  config: AgentConfig,
  log: Logger,
  surroundings: AgentSurroundings = {},
): Promise<Agent> {
  const { now = () => new Date(), random = Math.random, passed } = surroundings;
  const { monotonic = surroundings.now ? () => now().getTime() : () => performance.now() } = surroundings;
  const policy = loadPolicy(config.policyFile, config.node);
  const journal = await openJournal({ directory: config.journalDirectory, name: JOURNAL_NAME, now });
  if (journal.tornBytes > 0) log.warn({ bytes: journal.tornBytes }, "an unfinished journal entry was cut off");
  // Both faces of every job that the links let in may wait.
  const maxWaiting = 2 * config.window * config.cores.length;
  const pool = createRenderPool({
    threads: config.renderThreads,
    fonts: config.fonts,
    maxWaiting,
    idleMs: DRAWS_NOT_MS,
  });
  const faces = createFaceCheck(pool);
  const memory = await openMemory({ ...config, journal, faces, log }).catch(async (error: unknown) => {
    await Promise.all([journal.close(), pool.close()]);
    throw error;
  });
  await journal.append("started", {
    agent: config.agent,
    node: config.node,
    version: AGENT_VERSION,
    policy: sha256Hex(readFileSync(config.policyFile)),
    seals: [...policy.seals.keys()],
  });
  const officers = createOfficerLists({ ...policy, node: config.node, index: memory.index, journal, now, log });
  await officers.look();
  const hub = openMetrics({ agent: config.agent });
  const metrics = hub.of("agent");
  if (config.trial) log.warn({ device: config.device.kind }, "this is a trial host: its certificates must not count");
  const device = openDevice(config.device, {
    onRestart(cause) {
      metrics.count("agent_driver_restarts_total");
      log.warn({ cause }, "the device's driver ended and is started again");
    },
  });
  const health = await watchHealth(device);
  if (!health.current().healthy) log.warn(health.current(), "the device does not sign now");
  const clock = createClockWatch({
    toleranceMs: config.clockSkewSeconds * 1_000,
    choose: leastDifference,
    ...{ now, log },
    monotonic,
    onDifference: (core, seconds) => metrics.gauge("clock_difference_seconds", seconds, { source: core }),
  });
  const watch = setInterval(() => clock.tick(), CLOCK_MS);
  const desk = createOfficerDesk(config, { policy, officers, clock, now, monotonic, log });
  const sign = createJobSigner({
    node: config.node,
    desk,
    policy,
    device,
    journal,
    faces,
    catalog: memory.catalog,
    nodeKeys: memory.nodeKeys,
    serials: memory.serials,
    officers,
    rate: createRateLimit(monotonic),
    clockSkewSeconds: config.clockSkewSeconds,
    clock,
    now,
    log,
    ...(passed && { passed }),
    onOutcome(outcome, deviceSeconds) {
      metrics.count("agent_jobs_total", { outcome });
      if (deviceSeconds !== undefined) metrics.observe("agent_device_seconds", deviceSeconds);
      if (outcome === "DEVICE_AWAY" || outcome === "DEVICE_FAULT") health.suspect();
    },
  });
  const terms = sealTerms(policy);
  const warnOfTerms = () => {
    for (const notice of termNotices(terms, now())) log.warn({}, notice);
  };
  warnOfTerms();
  const reminder = setInterval(warnOfTerms, REMIND_MS);
  const { agent, window, clockSkewSeconds } = config;
  const page = desk?.page;
  const hello = createHello({
    agent,
    version: AGENT_VERSION,
    window,
    policy,
    officers,
    page,
    clockSkewSeconds,
    memory,
    now,
  });
  const states = new Map<string, LinkState>();
  const links = config.cores.map((core) =>
    openLink({
      core,
      node: config.node,
      tls: config.tls,
      hello,
      sign,
      hold: memory.hold,
      standing: memory.standing,
      health,
      clock,
      now,
      random,
      log,
      onState(state) {
        states.set(core.name, state);
        metrics.gauge("agent_link_up", state === "up" ? 1 : 0, { core: core.name });
      },
    }),
  );
  const lists = setInterval(async () => {
    if (await officers.look()) for (const link of links) link.tell(toldOfficers(policy, officers.all(), page));
  }, LISTS_MS);
  let opened: PageServer | undefined;
  async function stop(): Promise<void> {
    opened?.close();
    clearInterval(reminder);
    clearInterval(lists);
    clearInterval(watch);
    await Promise.all(links.map((link) => link.drain()));
    health.stop();
    await journal.close();
    memory.close();
    await Promise.all([device.close(), pool.close()]);
  }
  opened = await desk?.open().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (!config.admin) return { adminAddress: undefined, pageAddress: opened?.address, stop };
  try {
    const admin = await openAdminServer({
      address: config.admin.address,
      async ready() {
        const behind = memory.standing.refusal();
        if (behind) throw behind;
        if (!health.current().healthy) throw new Refusal("DEVICE_AWAY", "the device does not sign");
        clock.require();
        if (![...states.values()].includes("up")) throw new Refusal("PEER_AWAY", "no core is connected");
      },
      notices: () => [...termNotices(terms, now()), ...officers.notices()],
      metrics() {
        for (const { department, version } of officers.all())
          metrics.gauge("agent_officer_list_version", version, { department });
        for (const { seal, what, validTo } of terms) {
          metrics.gauge("agent_seal_expires_seconds", validTo.getTime() / 1000, { seal, what });
        }
        metrics.gauge("agent_journal_entries", journal.head().n);
        metrics.gauge("agent_journal_behind", memory.standing.refusal() ? 1 : 0);
        metrics.gauge("agent_device_healthy", health.current().healthy ? 1 : 0);
        return hub.text();
      },
    });
    const stopAll = async () => {
      await stop();
      admin.close();
    };
    return { adminAddress: admin.address, pageAddress: opened?.address, stop: stopAll };
  } catch (cause) {
    await stop();
    const { address } = config.admin;
    throw new Refusal("INVALID_FIELD", `admin.address ${address} cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}
