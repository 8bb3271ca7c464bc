import type { JobRefusal } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { isReason, type Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AgentStream, PendingJob } from "./agent-stream.ts";
import type { Signing, SigningOptions } from "./signing.ts";
import type { SigningOrder } from "./signing-order.ts";

const RETRY_MS = 2_000;

/** Creates the registry of agents for one replica. */
export function createSigning({ metrics, deadlineMs = 15_000, queueLimit = 4_096 }: SigningOptions): Signing {
  const streams = new Set<AgentStream>();
  const queue = new Set<PendingJob>();
  let flushing = false;
  let stopping = false;

  function gauge(): void {
    metrics.gauge("issue_agents", streams.size);
    metrics.gauge("issue_agents_behind", [...streams].filter(({ fault }) => fault === "JOURNAL_BEHIND").length);
    metrics.gauge("issue_jobs_waiting", queue.size);
  }

  /** Gathers what arrives in one turn of the event loop, so that it shares messages. */
  function flushSoon(): void {
    if (flushing) return;
    flushing = true;
    setImmediate(() => {
      flushing = false;
      flush();
    });
  }

  function flush(): void {
    const batches = new Map<AgentStream, PendingJob[]>();
    // Once a seal's agents are full, its other jobs need not be looked at: a long queue costs nothing.
    const full = new Set<string>();
    for (const job of queue) {
      if (full.has(job.order.seal)) continue;
      const stream = leastLoaded(fitting(job.order, streams), batches);
      if (!stream) {
        full.add(job.order.seal);
        continue;
      }
      queue.delete(job);
      const batch = batches.get(stream);
      if (batch) batch.push(job);
      else batches.set(stream, [job]);
    }
    for (const [stream, jobs] of batches) stream.send(jobs);
    closeIdle();
    gauge();
  }

  /** Refuses the waiting jobs that no connected agent can take any more. */
  function refuseStranded(): void {
    for (const job of queue) {
      const refusal = unavailable(job.order, streams);
      if (!refusal) continue;
      queue.delete(job);
      job.fail(refusal);
    }
  }

  function closeIdle(): void {
    if (!stopping || queue.size > 0) return;
    for (const stream of streams) if (stream.inFlight.size === 0) stream.close();
  }

  function leave(stream: AgentStream): void {
    stream.close();
    if (!streams.delete(stream)) return;
    for (const [jobId, job] of stream.inFlight) {
      stream.inFlight.delete(jobId);
      job.fail(away(job.order.seal, `agent ${stream.agent} left before it answered`));
    }
    refuseStranded();
    flushSoon();
  }

  return {
    sign(order) {
      const refusal = unavailable(order, streams);
      if (refusal) return Promise.reject(refusal);
      if (queue.size >= queueLimit) {
        const message = `${queue.size} certificates wait for signing agents already`;
        return Promise.reject(new Refusal("OVERLOADED", message, { retryAfterMs: RETRY_MS }));
      }
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          queue.delete(job);
          const message = `no agent answered for seal ${order.seal} within ${deadlineMs} ms`;
          const metadata = { seal: order.seal };
          reject(new Refusal("DEADLINE_EXCEEDED", message, { retryAfterMs: RETRY_MS, metadata }));
        }, deadlineMs);
        const job: PendingJob = {
          order,
          assetsRepeated: false,
          settle({ outcome }, stream) {
            clearTimeout(timer);
            if (outcome.case !== "signatures") return reject(refusalOf(outcome.value, stream.agent));
            const { messageCms, pdfCms, ofdCms, journalEntry } = outcome.value;
            resolve({ messageCms, pdfCms, ofdCms, agent: stream.agent, journalEntry: Number(journalEntry) });
          },
          fail(error) {
            clearTimeout(timer);
            reject(error);
          },
        };
        queue.add(job);
        flushSoon();
      });
    },

    originRules(seal) {
      const told = [...streams].filter(({ offers }) => offers.has(seal)).map((stream) => stream.originRules);
      const rules = told.filter((one) => one !== undefined);
      return rules.length > 0 && rules.length === told.length ? rules : undefined;
    },

    join(stream) {
      for (const older of streams) if (older.agent === stream.agent) leave(older);
      streams.add(stream);
      gauge();
      flushSoon();
    },
    leave,

    results(stream, results) {
      for (const result of results) {
        const job = stream.take(result.jobId);
        if (!job) continue;
        const lacks = result.outcome.case === "refusal" && result.outcome.value.reason === "DOCUMENT_MISSING";
        if (lacks && !job.assetsRepeated && !stream.closed) stream.repeat(job);
        else job.settle(result, stream);
      }
      if (queue.size > 0 || stopping) flushSoon();
    },

    heartbeat(stream, heartbeat) {
      stream.heard(heartbeat);
      if (stream.fault) refuseStranded();
      else flushSoon();
      gauge();
    },

    drain(stream) {
      stream.draining = true;
      refuseStranded();
    },

    notices: () =>
      [...streams]
        .filter(({ fault }) => fault === "JOURNAL_BEHIND")
        .map(({ agent }) => `the journal of agent ${agent} is an older copy`),

    stop() {
      stopping = true;
      flushSoon();
    },
  };
}

function fitting(order: SigningOrder, streams: Iterable<AgentStream>): AgentStream[] {
  return [...streams].filter((stream) => {
    const offered = stream.offers.get(order.seal);
    return offered && !stream.draining && !stream.fault && Buffer.compare(offered, order.certificate) === 0;
  });
}

/** The stream with the most room in relation to its window, what this turn gives it included. */
function leastLoaded(
  streams: readonly AgentStream[],
  batches: ReadonlyMap<AgentStream, PendingJob[]>,
): AgentStream | undefined {
  let best: AgentStream | undefined;
  let most = 0;
  for (const stream of streams) {
    const share = (stream.room - (batches.get(stream)?.length ?? 0)) / stream.window;
    if (share > most) [best, most] = [stream, share];
  }
  return best;
}

/** Why nobody can sign now, or `undefined` where somebody can, if only after a while. */
function unavailable(order: SigningOrder, streams: ReadonlySet<AgentStream>): Refusal | undefined {
  if (fitting(order, streams).length > 0) return undefined;
  const { seal } = order;
  const offering = [...streams].filter((stream) => stream.offers.has(seal) && !stream.draining);
  if (offering.length === 0) return away(seal, `no connected agent offers seal ${seal}`);
  const right = offering.filter(
    (stream) => Buffer.compare(stream.offers.get(seal) ?? order.certificate, order.certificate) === 0,
  );
  if (right.length === 0) {
    const agents = offering.map(({ agent }) => agent).join(", ");
    const message = `${agents} offers seal ${seal} with another signing certificate than the one that is bound to it`;
    return new Refusal("SIGNER_UNTRUSTED", message, { metadata: { seal, agents } });
  }
  const fault = right[0]?.fault ?? "";
  if (fault === "JOURNAL_BEHIND") return journalBehind(right[0]?.agent ?? "", seal);
  const reason: Reason = isReason(fault) ? fault : "DEVICE_AWAY";
  return new Refusal(reason, `the device for seal ${seal} is not healthy (${fault})`, {
    retryAfterMs: RETRY_MS,
    metadata: { seal },
  });
}

function journalBehind(agent: string, seal: string): Refusal {
  const description = `the journal of agent ${agent}, which signs for seal ${seal}, is an older copy of what was seen of it`;
  const remedy = "on its host the right journal is put back, or a person decides with `journal accept`";
  return new Refusal("JOURNAL_BEHIND", `${description}: ${remedy}`, {
    metadata: { seal, agent },
    fields: [
      {
        field: "",
        description,
        remedy,
        localized: `印章${seal}的签名代理${agent}的日志是较旧的副本，请在其主机放回正确的日志，或由人工执行journal accept`,
      },
    ],
  });
}

function away(seal: string, message: string): Refusal {
  return new Refusal("AGENT_AWAY", `${message}; the certificate stays made, issue it again later`, {
    retryAfterMs: RETRY_MS,
    metadata: { seal },
  });
}

function refusalOf(refusal: JobRefusal | undefined, agent: string): Refusal {
  if (!refusal) return new Refusal("INTERNAL", `agent ${agent} answered without an outcome`);
  const reason: Reason = isReason(refusal.reason) ? refusal.reason : "INTERNAL";
  return new Refusal(reason, refusal.message, {
    metadata: { ...refusal.metadata, agent },
    fields: refusal.fields.map(({ field, description, remedy, localized }) => ({
      field,
      description,
      remedy,
      localized,
    })),
    ...(refusal.retryAfterMs > 0n && { retryAfterMs: Number(refusal.retryAfterMs) }),
  });
}
