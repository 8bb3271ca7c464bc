import { create } from "@bufbuild/protobuf";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import {
  type ConnectRequest,
  ConnectRequestSchema,
  type ConnectResponse,
  DeviceSchema,
  type FaceAssets,
  HelloSchema,
  type JobResult,
  type Officers,
  type Welcome,
  type SignJob as WireJob,
} from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { pause } from "../services/base/pause.ts";
import { instantOf } from "../services/domain/instant.ts";
import { Refusal } from "../services/domain/refusal.ts";
import type { DeviceHealth } from "./device/device.ts";
import type { AgentHello } from "./hello.ts";
import type { JournalStanding } from "./journal-standing.ts";
import type { JobSigner } from "./sign-job.ts";
import { fromWire, refusalToWire, resultToWire } from "./wire-job.ts";

/** The stream to one core. */
export type AgentStream = ClientDuplexStream<ConnectRequest, ConnectResponse>;

/** What one conversation with a core needs. */
export interface SessionParts {
  core: string;
  /** What is said first; made anew for each conversation. */
  hello: () => AgentHello;
  sign: JobSigner;
  /** Takes what the core sent along: templates and attachments to draw faces with, and what the province signed. */
  hold: (assets: FaceAssets) => void;
  /** Nothing is signed, and the device not called healthy, before the core's word of the journal was judged. */
  standing: JournalStanding;
  /** The core said welcome, and its word of the journal was judged. */
  onWelcome: (replica: string) => void;
  /** The core told its time: its clock is ahead by so many milliseconds, and by how much that may be wrong. */
  onTime: (clockAheadMs: number, uncertaintyMs: number) => void;
  now: () => Date;
}

/** One conversation: from hello until the stream ends. */
export interface Session {
  /** Resolves when the stream has ended; tells whether the core had said welcome. */
  readonly ended: Promise<{ welcomed: boolean; cause: string }>;
  heartbeat(health: DeviceHealth): void;
  /** Tells whose confirmations are taken from now on. */
  tell(officers: Officers): void;
  /** Asks for no more jobs, answers what is in flight, then ends the stream. Resolves when that is done. */
  drain(): Promise<void>;
  cancel(): void;
}

/** A core that sends jobs without a welcome, or whose word of the journal could not be compared with it. */
const UNJUDGED = new Refusal("AGENT_AWAY", "the core's word of the journal was not compared with it yet");
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
  const begun = performance.now();
  let judged: Promise<void> | undefined;
  let ready = false;
  const hello = parts.hello();

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
    if (inFlight >= hello.window) {
      const refusal = new Refusal("OVERLOADED", "more jobs than the agent's window", { retryAfterMs: 1_000 });
      return finish(refusalToWire(job.jobId, refusal, []));
    }
    inFlight++;
    await judged?.catch(() => {});
    const behind = ready ? parts.standing.refusal() : UNJUDGED;
    const outcome = behind
      ? { signed: false as const, refusal: behind, missingDocuments: [] }
      : await parts.sign(fromWire(job), parts.core);
    inFlight--;
    finish(resultToWire(job.jobId, outcome));
  }

  function hear({ body }: ConnectResponse): void {
    if (body.case === "jobs") for (const job of body.value.jobs) void work(job);
    if (body.case === "assets") parts.hold(body.value);
    if (body.case === "welcome") {
      // What comes again tells the time alone, and nobody knows how long it took.
      const tookMs = welcomed ? 0 : performance.now() - begun;
      parts.onTime(instantOf(body.value.time) - parts.now().getTime(), tookMs / 2);
      if (!welcomed) judge(body.value);
      welcomed = true;
      clearTimeout(deaf);
    }
  }

  function judge({ replica, journal }: Welcome): void {
    judged = parts.standing.judge(parts.core, journal).then(() => {
      ready = true;
      parts.onWelcome(replica);
    });
    // A journal that cannot be read signs nothing.
    judged.catch(() => stream.cancel());
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
  say({ case: "hello", value: create(HelloSchema, hello) });

  return {
    ended,
    heartbeat(health) {
      if (!ready) return;
      const { n, hash } = parts.standing.head();
      const behind = parts.standing.refusal()?.reason;
      say({
        case: "heartbeat",
        value: {
          $typeName: "ecert.agent.v1.Heartbeat",
          healthy: health.healthy && !behind,
          reason: behind ?? (health.healthy ? "" : health.reason),
          journalEntries: BigInt(n),
          journalHash: hash,
          time: parts.now().toISOString(),
          ...(health.healthy && health.about && { device: create(DeviceSchema, health.about) }),
        },
      });
    },
    tell: (officers) => say({ case: "officers", value: officers }),
    async drain() {
      say({ case: "drain", value: { $typeName: "ecert.agent.v1.Drain" } });
      // Jobs that the core sent before it heard of the drain are still on their way.
      do await pause(LAST_JOBS_MS);
      while ((inFlight > 0 || flushing) && stream.writable);
      if (stream.writable) stream.end();
      await ended;
    },
    cancel: () => stream.cancel(),
  };
}
