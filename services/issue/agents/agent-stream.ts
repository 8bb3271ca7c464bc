import { randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type ConnectResponseSchema,
  FaceAssetsSchema,
  type Heartbeat,
  type Hello,
  type JobResult,
  type SignJobSchema,
  SignJobsSchema,
} from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { ChainHead } from "../../domain/hash-chain.ts";
import type { OriginRules } from "../../trust/origin.ts";
import type { FaceDocument } from "../face/faces.ts";
import type { SigningOrder } from "./signing-order.ts";
import { type ToldDevice, toldDevice, toldText } from "./told-device.ts";
import { type ToldOfficers, toldOfficers } from "./told-officers.ts";
import { toldRules } from "./told-rules.ts";

/** Jobs in one message, at most (contract of `SignJobs`). */
const BATCH_JOBS = 64;
/** Bytes of data messages, face documents or attachments in one message, at most: well below any message limit. */
const BATCH_BYTES = 1 << 20;

type Outgoing = MessageInitShape<typeof ConnectResponseSchema>;

/** A job on its way: what is to be signed, and who waits for it. */
export interface PendingJob {
  readonly order: SigningOrder;
  /** The agent lacked a document once and got it: a second lack is a fault. */
  assetsRepeated: boolean;
  settle(result: JobResult, stream: AgentStream): void;
  fail(error: unknown): void;
}

/** An agent lets its drawing threads go after some minutes: it is told again of certificates to come, milliseconds. */
const ANNOUNCE_MS = 60_000;

/** The core's end of one agent's stream: what it offers, what is in flight, and what is to be sent next. */
export class AgentStream {
  /** Tells it from the streams before and after it. */
  readonly id = randomUUID();
  readonly agent: string;
  readonly version: string;
  readonly window: number;
  /** Signing certificate (DER) by seal. */
  readonly offers: ReadonlyMap<string, Uint8Array>;
  /** Algorithm by seal, as it told. */
  readonly algorithms: ReadonlyMap<string, string>;
  /** Label of the key in the device by seal, as it told. */
  readonly keyLabels: ReadonlyMap<string, string>;
  /** Its device, as it told last. */
  device: ToldDevice | undefined;
  /** Which origin signatures it takes; `undefined`: it did not tell. */
  readonly originRules: OriginRules | undefined;
  /** Newest version of drawing that it knows. */
  readonly drawing: number;
  /** Whose confirmations it takes, as it told last; `undefined`: nobody's. */
  officers: ToldOfficers | undefined;
  readonly inFlight = new Map<string, PendingJob>();
  draining = false;
  /** What this node has seen of the agent's journal and its hello did not tell: no jobs, before a heartbeat shows that it has that. */
  doubt: ChainHead | undefined;
  /** The doubt was told in the log. */
  distrusted = false;
  /** Reason of the agent's device where it is not healthy. */
  fault: string | undefined;
  /** When the agent was last heard, milliseconds of the monotonic clock. */
  lastHeard: number;
  readonly #outgoing: Outgoing[] = [];
  /** Digests of templates and statements that the agent has had. */
  readonly #sent = new Set<string>();
  #keysSent: Uint8Array | undefined;
  #announcedAt = Number.NEGATIVE_INFINITY;
  #nextJob = 1;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(hello: Hello, now: number) {
    this.agent = hello.agent;
    this.version = hello.version;
    this.window = Math.min(Math.max(hello.window, 1), 1024);
    this.offers = new Map(hello.seals.map((offer) => [offer.seal, offer.signingCertificate]));
    this.algorithms = new Map(hello.seals.map(({ seal, algorithm }) => [seal, algorithm]));
    this.keyLabels = new Map(hello.seals.map(({ seal, keyLabel }) => [seal, toldText(keyLabel)]));
    this.originRules = toldRules(hello);
    this.drawing = Math.max(hello.drawing, 1);
    this.officers = toldOfficers(hello.officers);
    this.lastHeard = now;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Jobs that may still be sent. */
  get room(): number {
    return this.#closed || this.draining ? 0 : this.window - this.inFlight.size;
  }

  heard({ healthy, reason, device }: Heartbeat): void {
    this.device = toldDevice(device) ?? this.device;
    this.fault = healthy ? undefined : reason || "DEVICE_AWAY";
    if (this.doubt) this.fault = "JOURNAL_BEHIND";
  }

  /** Its journal may not be the one that was seen: no jobs. */
  doubtJournal(seen: ChainHead): void {
    this.doubt = seen;
    this.fault = "JOURNAL_BEHIND";
  }

  /**
   * Puts jobs on their way in as few messages as the limits allow, with templates and statements that this stream has not had yet, and
   * the attachments that their faces show right before them: these are of one certificate each, so nobody need keep them.
   */
  send(jobs: readonly PendingJob[]): void {
    this.#sendAssets(jobs.map(({ order }) => order));
    for (const batch of batches(jobs, ({ order }) => order.message.length + sizeOf(order.attachments))) {
      const attachments = new Map(batch.flatMap(({ order }) => [...order.attachments]));
      for (const contents of batches([...attachments.values()], (content) => content.length)) {
        this.push({ body: { case: "assets", value: create(FaceAssetsSchema, { attachments: contents }) } });
      }
      const signJobs = batch.map((job) => {
        const jobId = String(this.#nextJob++);
        this.inFlight.set(jobId, job);
        return jobOf(jobId, job.order);
      });
      this.push({ body: { case: "jobs", value: create(SignJobsSchema, { jobs: signJobs }) } });
    }
  }

  /** Tells that a job with this template may come soon, once in a while; `now` by the clock that nobody moves. */
  announce(template: FaceDocument, now: number): void {
    const documents = this.#unsent([template]).map(encoded);
    if (documents.length === 0 && now - this.#announcedAt < ANNOUNCE_MS) return;
    this.#announcedAt = now;
    this.push({ body: { case: "assets", value: create(FaceAssetsSchema, { documents }) } });
  }

  /** Takes the job that a result answers out of flight; `undefined` where nobody waits for it any more. */
  take(jobId: string): PendingJob | undefined {
    const job = this.inFlight.get(jobId);
    this.inFlight.delete(jobId);
    return job;
  }

  /** Sends the documents of a job again on the agent's request, then the job. */
  repeat(job: PendingJob): void {
    job.assetsRepeated = true;
    const { template, version, newest } = job.order;
    for (const { sha256 } of [template, version, newest]) this.#sent.delete(sha256);
    this.#keysSent = undefined;
    this.send([job]);
  }

  push(message: Outgoing): void {
    this.#outgoing.push(message);
    this.#wake?.();
  }

  /** Ends the stream. Nothing more is sent. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** What is to be sent, until the stream is closed. Read once, by the stream's handler. */
  async *outgoing(): AsyncGenerator<Outgoing> {
    while (!this.#closed) {
      const message = this.#outgoing.shift();
      if (message) {
        yield message;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #sendAssets(orders: readonly SigningOrder[]): void {
    const templates = this.#unsent(orders.map(({ template }) => template));
    const versions = this.#unsent(orders.flatMap(({ version, newest }) => [version, newest]));
    const nodeKeys = orders.at(-1)?.nodeKeys;
    const news = nodeKeys !== undefined && nodeKeys !== this.#keysSent;
    this.#keysSent = nodeKeys;
    const groups = batches(templates.map(encoded), (content) => content.length);
    // A handful of statements and the list go with the first message; each is far below the limit of a message.
    if (groups.length === 0 && (versions.length > 0 || news)) groups.push([]);
    for (const [index, documents] of groups.entries()) {
      const statements = versions.map((one) => ({ statement: encoded(one), signature: one.signature }));
      const signed = index === 0 ? { catalogVersions: statements, ...(news && { nodeKeys }) } : {};
      this.push({ body: { case: "assets", value: create(FaceAssetsSchema, { documents, ...signed }) } });
    }
  }

  #unsent<D extends FaceDocument>(documents: readonly D[]): D[] {
    return documents.filter(({ sha256 }) => {
      if (this.#sent.has(sha256)) return false;
      this.#sent.add(sha256);
      return true;
    });
  }
}

function encoded({ text }: FaceDocument): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function jobOf(jobId: string, order: SigningOrder): MessageInitShape<typeof SignJobSchema> {
  return {
    jobId,
    message: order.message,
    ...(order.origin && { origin: { ...order.origin, numberGiven: order.numberGiven } }),
    ...(order.confirmation && { confirmation: { ...order.confirmation, numberGiven: order.numberGiven } }),
    templateSha256: order.template.sha256,
    sealPictureSha256: order.sealPicture,
    catalogVersionSha256: order.version.sha256,
  };
}

function sizeOf(attachments: SigningOrder["attachments"]): number {
  return [...attachments.values()].reduce((sum, content) => sum + content.length, 0);
}

/** Cuts a list into batches that hold the limits; one element alone may exceed the bytes. */
function batches<T>(elements: readonly T[], size: (element: T) => number): T[][] {
  const result: T[][] = [];
  let bytes = 0;
  for (const element of elements) {
    const last = result.at(-1);
    const fits = last !== undefined && last.length < BATCH_JOBS && bytes + size(element) <= BATCH_BYTES;
    if (fits) last.push(element);
    else result.push([element]);
    bytes = fits ? bytes + size(element) : size(element);
  }
  return result;
}
