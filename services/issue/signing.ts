import type { Heartbeat, JobRefusal, JobResult } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { AttachedFiles } from "../document/layout/compile-template.ts";
import { isReason, type Reason } from "../domain/reason.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Metrics } from "../runtime/runtime.ts";
import type { AgentStream, FaceDocument, PendingJob } from "./agent-stream.ts";
import type { SignedStatement } from "./item-rules.ts";

/** What an agent is asked to sign. It gets the data message and what draws its face, never a bare digest. */
export interface SigningOrder {
  /** Code of the seal, and the certificate (DER) that is bound to it: only agents that offer exactly this one are asked. */
  readonly seal: string;
  readonly certificate: Uint8Array;
  /** Canonical bytes of the data message. */
  readonly message: Uint8Array;
  /** Absent for attested items. */
  readonly origin: { keyId: string; signedAt: string; signature: Uint8Array } | undefined;
  readonly numberGiven: boolean;
  readonly template: FaceDocument;
  /** Digest of the seal picture that was drawn; agents draw the one of their policy. */
  readonly sealPicture: string;
  /** The item's version as the province signed it, and the newest one where that is another. */
  readonly version: SignedStatement;
  readonly newest: SignedStatement;
  /** List of nodes' keys that the province signed; `undefined` where none can be had. */
  readonly nodeKeys: Uint8Array | undefined;
  /** Contents of the attachments that the face shows, by digest. */
  readonly attachments: AttachedFiles;
}

/** What an agent answered. Not verified yet. */
export interface AgentSignatures {
  readonly messageCms: Uint8Array;
  readonly pdfCms: Uint8Array;
  readonly ofdCms: Uint8Array;
  readonly agent: string;
  /** Number of the agent's journal entry. */
  readonly journalEntry: number;
}

/** Options of {@link createSigning}. */
export interface SigningOptions {
  metrics: Metrics;
  /** Milliseconds until an unanswered job is given up. Default 15,000. */
  deadlineMs?: number;
  /** Jobs that may wait for room at agents; more are refused with `OVERLOADED`. Default 4,096. */
  queueLimit?: number;
}

/** The signing agents that are connected to this replica, and the jobs that wait for them. */
export interface Signing {
  /**
   * Has an agent sign. Refused: `AGENT_AWAY` (nobody offers the seal, or the agent left; a repeated call may succeed),
   * `SIGNER_UNTRUSTED` (it is offered with another certificate only), the device's reason where no device is healthy,
   * `OVERLOADED`, `DEADLINE_EXCEEDED`, and whatever the agent refuses for.
   */
  sign(order: SigningOrder): Promise<AgentSignatures>;
  /** Adds a stream after its hello. An older stream of the same agent is closed: it is dead, or soon will be. */
  join(stream: AgentStream): void;
  /** Removes a stream; jobs in flight on it are refused with `AGENT_AWAY`. Harmless when repeated. */
  leave(stream: AgentStream): void;
  /** Takes the answers of an agent. */
  results(stream: AgentStream, results: readonly JobResult[]): void;
  heartbeat(stream: AgentStream, heartbeat: Heartbeat): void;
  drain(stream: AgentStream): void;
  /** Closes every stream as soon as nothing waits or is in flight on it. */
  stop(): void;
}

const RETRY_MS = 2_000;

/** Creates the registry of agents for one replica. */
export function createSigning({ metrics, deadlineMs = 15_000, queueLimit = 4_096 }: SigningOptions): Signing {
  const streams = new Set<AgentStream>();
  const queue = new Set<PendingJob>();
  let flushing = false;
  let stopping = false;

  function gauge(): void {
    metrics.gauge("issue_agents", streams.size);
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
    },

    drain(stream) {
      stream.draining = true;
      refuseStranded();
    },

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
  const reason: Reason = isReason(fault) ? fault : "DEVICE_AWAY";
  return new Refusal(reason, `the device for seal ${seal} is not healthy (${fault})`, {
    retryAfterMs: RETRY_MS,
    metadata: { seal },
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
    ...(refusal.retryAfterMs > 0n && { retryAfterMs: Number(refusal.retryAfterMs) }),
  });
}
