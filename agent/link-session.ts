import { setTimeout as delay } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import {
  type ConnectRequest,
  ConnectRequestSchema,
  type ConnectResponse,
  type FaceAssets,
  type Hello,
  HelloSchema,
  type JobResult,
  type SignJob as WireJob,
} from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { Refusal } from "../services/domain/refusal.ts";
import type { DeviceHealth } from "./device/device.ts";
import type { JobSigner } from "./sign-job.ts";
import { fromWire, refusalToWire, resultToWire } from "./wire-job.ts";

/** The stream to one core. */
export type AgentStream = ClientDuplexStream<ConnectRequest, ConnectResponse>;

/** What one conversation with a core needs. */
export interface SessionParts {
  core: string;
  hello: Omit<Hello, "$typeName" | "$unknown">;
  sign: JobSigner;
  /** Takes what the core sent along: templates and attachments to draw faces with, and what the province signed. */
  hold: (assets: FaceAssets) => void;
  journalHead: () => { n: number; hash: string };
  /** The core said welcome; its clock is ahead by so many milliseconds. */
  onWelcome: (replica: string, clockAheadMs: number) => void;
  now: () => Date;
}

/** One conversation: from hello until the stream ends. */
export interface Session {
  /** Resolves when the stream has ended; tells whether the core had said welcome. */
  readonly ended: Promise<{ welcomed: boolean; cause: string }>;
  heartbeat(health: DeviceHealth): void;
  /** Asks for no more jobs, answers what is in flight, then ends the stream. Resolves when that is done. */
  drain(): Promise<void>;
  cancel(): void;
}

const WELCOME_MS = 10_000;
const LAST_JOBS_MS = 100;
const RESULTS_PER_MESSAGE = 64;

/**
 * Holds the conversation on a fresh stream: says hello, signs what comes, answers in batches. Never more than the window
 * is in flight: what a core sends beyond it is refused with `OVERLOADED` at once.
 */
export function holdSession(stream: AgentStream, parts: SessionParts): Session {
  const finished: JobResult[] = [];
  let inFlight = 0;
  let flushing = false;
  let welcomed = false;

  const say = (body: ConnectRequest["body"]) => {
    if (stream.writable) stream.write(create(ConnectRequestSchema, { body }));
  };

  function flush(): void {
    flushing = false;
    while (finished.length > 0) {
      const results = finished.splice(0, RESULTS_PER_MESSAGE);
      say({ case: "results", value: { $typeName: "ecert.agent.v1.JobResults", results } });
    }
  }

  function finish(result: JobResult): void {
    finished.push(result);
    // All that finish in this turn share a message.
    if (!flushing) setImmediate(flush);
    flushing = true;
  }

  async function work(job: WireJob): Promise<void> {
    if (inFlight >= parts.hello.window) {
      const refusal = new Refusal("OVERLOADED", "more jobs than the agent's window", { retryAfterMs: 1_000 });
      return finish(refusalToWire(job.jobId, refusal, []));
    }
    inFlight++;
    const outcome = await parts.sign(fromWire(job), parts.core);
    inFlight--;
    finish(resultToWire(job.jobId, outcome));
  }

  function hear({ body }: ConnectResponse): void {
    if (body.case === "jobs") for (const job of body.value.jobs) void work(job);
    if (body.case === "assets") parts.hold(body.value);
    if (body.case === "welcome") {
      welcomed = true;
      clearTimeout(deaf);
      parts.onWelcome(body.value.replica, Date.parse(body.value.time) - parts.now().getTime());
    }
  }

  const deaf = setTimeout(() => stream.cancel(), WELCOME_MS);
  const ended = new Promise<{ welcomed: boolean; cause: string }>((resolve) => {
    const end = (cause: string) => {
      clearTimeout(deaf);
      resolve({ welcomed, cause });
    };
    stream.on("data", hear);
    stream.on("error", (error: Error & { details?: string }) => end(error.details || error.message));
    stream.on("end", () => {
      stream.end();
      end("the core ended the stream");
    });
  });
  say({ case: "hello", value: create(HelloSchema, parts.hello) });

  return {
    ended,
    heartbeat(health) {
      const { n, hash } = parts.journalHead();
      say({
        case: "heartbeat",
        value: {
          $typeName: "ecert.agent.v1.Heartbeat",
          healthy: health.healthy,
          reason: health.healthy ? "" : health.reason,
          journalEntries: BigInt(n),
          journalHash: hash,
        },
      });
    },
    async drain() {
      say({ case: "drain", value: { $typeName: "ecert.agent.v1.Drain" } });
      // Jobs that the core sent before it heard of the drain are still on their way.
      do await delay(LAST_JOBS_MS);
      while ((inFlight > 0 || flushing) && stream.writable);
      if (stream.writable) stream.end();
      await ended;
    },
    cancel: () => stream.cancel(),
  };
}
