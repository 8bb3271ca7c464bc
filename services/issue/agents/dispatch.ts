import type { JobRefusal } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { DRAWING } from "../../domain/message.ts";
import { isReason, type Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AgentStream, PendingJob } from "./agent-stream.ts";
import { away, fitting, leastLoaded, offering, RETRY_MS, unavailable } from "./offers.ts";
import { AGENT_WAIT_MS, FRESH_MS, type Signing, type SigningOptions } from "./signing.ts";
import type { SigningOrder } from "./signing-order.ts";
import { listFor } from "./told-officers.ts";

/** Creates the registry of agents for one replica. */
export function createSigning(options: SigningOptions): Signing {
  const { metrics, monotonic, agentWaitMs = AGENT_WAIT_MS, deadlineMs = 15_000, queueLimit = 4_096 } = options;
  const started = monotonic();
  const streams = new Set<AgentStream>();
  const queue = new Set<PendingJob>();
  /** Those in the queue that wait for an agent of their seal to dial again. */
  const hopeful = new Set<PendingJob>();
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

  /** Refuses the waiting jobs that no connected agent can take any more, but for those that wait for one to come back. */
  function refuseStranded(): void {
    for (const job of queue) {
      const refusal = unavailable(job.order, streams);
      if (!refusal || (hopeful.has(job) && !stopping && offering(job.order, streams).length === 0)) continue;
      queue.delete(job);
      job.fail(refusal);
    }
  }

  /** An agent may still come that did not dial again since this replica was started. */
  function mayCome(order: SigningOrder): boolean {
    return !stopping && monotonic() - started < FRESH_MS && offering(order, streams).length === 0;
  }

  /** Refuses a job behind its wait, where nobody has come. */
  function hope(job: PendingJob): void {
    hopeful.add(job);
    setTimeout(() => {
      hopeful.delete(job);
      refuseStranded();
    }, agentWaitMs).unref();
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
      const hoping = refusal !== undefined && mayCome(order);
      if (refusal && !hoping) return Promise.reject(refusal);
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
        if (hoping) hope(job);
        flushSoon();
      });
    },

    announce(seal, template) {
      for (const stream of streams)
        if (stream.offers.has(seal) && stream.room > 0) stream.announce(template, monotonic());
    },

    originRules(seal) {
      const told = [...streams].filter(({ offers }) => offers.has(seal)).map((stream) => stream.originRules);
      const rules = told.filter((one) => one !== undefined);
      return rules.length > 0 && rules.length === told.length ? rules : undefined;
    },

    drawing(seal) {
      const known = [...streams].filter(({ offers, draining }) => offers.has(seal) && !draining);
      return known.length === 0 ? undefined : Math.min(DRAWING, ...known.map(({ drawing }) => drawing));
    },

    officers: (seal, what) =>
      listFor(
        [...streams].filter(({ offers }) => offers.has(seal)).map((stream) => stream.officers),
        what,
      ),

    join(stream) {
      for (const older of streams) if (older.agent === stream.agent) leave(older);
      streams.add(stream);
      gauge();
      refuseStranded();
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
      refuseStranded();
      flushSoon();
    },
  };
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
