import { createHash } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import {
  AgentService,
  type ConnectRequest,
  ConnectRequestSchema,
  type ConnectResponse,
  type HelloSchema,
  type JobRefusal,
  JobRefusalSchema,
  type JobResult,
  JobResultSchema,
  type JournalMark,
  type SignJob,
} from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { BidiHandler } from "../../services/call/chain/service.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import { prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { rangeDigest } from "../../services/document/prepared-pdf.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { type DataMessage, DRAWING } from "../../services/domain/message.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import { digestNameOf } from "../../services/trust/signing-certificate.ts";
import { testCall } from "../fixtures/runtime.ts";
import { DEPARTMENT, type Department } from "../trust/department.ts";
import { sealPicture } from "./catalog.ts";

/** What a test may do to an agent. */
export interface FakeAgentOptions {
  name?: string;
  /** The name in the client certificate, where it is another. */
  provenName?: string;
  /** The certificate that is offered, where it is another than that of the key. */
  offered?: Uint8Array;
  seal: string;
  /** Name on the picture that its policy gives for the seal. */
  pictureName?: () => string;
  window?: number;
  /** What its hello tells beside name, window and seals. */
  hello?: MessageInitShape<typeof HelloSchema>;
  /** Refuses a job instead of signing it. */
  refuse?: (job: SignJob, message: DataMessage) => MessageInitShape<typeof JobRefusalSchema> | undefined;
  /** Changes what is sent back. */
  tamper?: (result: FakeSignatures) => FakeSignatures;
  /** Called before each job is answered; the answer waits for it. */
  before?: (job: SignJob) => Promise<void>;
}

/** What the agent sends back. */
export interface FakeSignatures {
  messageCms: Uint8Array;
  pdfCms: Uint8Array;
  ofdCms: Uint8Array;
}

/** An agent without device, policy and journal, at the other end of the same stream as the real one. */
export interface FakeAgent {
  /** Messages that were signed, in order. */
  readonly signed: DataMessage[];
  /** Sizes of the batches of jobs. */
  readonly batches: number[];
  /** The core's last entry of its journal, as the welcome told it. */
  journal?: JournalMark | undefined;
  /** Face documents that were sent so far. */
  documents: number;
  say(body: ConnectRequest["body"]): void;
  /** Resolves when the core has ended the stream. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Connects an agent and resolves when the core has welcomed it. */
export async function startFakeAgent(
  running: RunningService,
  department: Department,
  options: FakeAgentOptions,
): Promise<FakeAgent> {
  const { name = "agent-a", seal, window = 64, refuse, tamper, before } = options;
  const { pictureName = () => DEPARTMENT.organization } = options;
  const renderer = createFaceRenderer();
  const documents = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  const outgoing = createQueue<ConnectRequest>();
  const say: FakeAgent["say"] = (body) => outgoing.push(create(ConnectRequestSchema, { body } as never));
  const mounted = running.services.find(({ descriptor }) => descriptor.typeName === AgentService.typeName);
  const handler = mounted?.handlers.connect as unknown as BidiHandler<typeof ConnectRequestSchema, never>;
  const answers = handler(
    outgoing,
    testCall({ kind: "agent", node: "440100", name: options.provenName ?? name }),
  ) as AsyncIterable<ConnectResponse>;
  const agent: FakeAgent = { signed: [], batches: [], documents: 0, say, ended: Promise.resolve(), stop };

  const signingCertificate = options.offered ?? department.signer.certificate;
  const offer = { seal, signingCertificate, chain: [...department.signer.chain] };
  say({
    case: "hello",
    value: { agent: name, version: "test", window, seals: [offer], drawing: DRAWING, ...options.hello },
  } as never);

  function sign(job: SignJob): JobResult {
    const message = JSON.parse(new TextDecoder().decode(job.message)) as DataMessage;
    const refusal = refuse?.(job, message);
    if (refusal) return answer(job, "refusal", create(JobRefusalSchema, refusal));
    const template = documents.get(job.templateSha256);
    if (template === undefined) {
      return answer(
        job,
        "refusal",
        create(JobRefusalSchema, { reason: "DOCUMENT_MISSING", message: "a document is missing" }),
      );
    }
    const face = renderer.compile(template, sealPicture(pictureName()));
    const pdf = face.preparePdf(message, files);
    const ofd = face.prepareOfd(message, { files });
    if (pdf.digest !== message.faces[0]?.sha256 || ofd.digest !== message.faces[1]?.sha256) {
      return answer(job, "refusal", create(JobRefusalSchema, { reason: "FACE_MISMATCH", message: "the face differs" }));
    }
    const hash = digestNameOf(department.signer);
    const messageCms = department.signDigest(createHash(hash).update(job.message).digest(), { pades: false });
    const pdfCms = department.signDigest(rangeDigest(pdf, hash), { pades: true });
    const pending = prepareOfdSignature(ofd, { suite: department.signer.algorithm });
    const ofdCms = department.signDigest(pending.digest, { pades: false });
    agent.signed.push(message);
    const result = tamper?.({ messageCms, pdfCms, ofdCms }) ?? { messageCms, pdfCms, ofdCms };
    return answer(job, "signatures", { ...result, journalEntry: BigInt(agent.signed.length) });
  }

  async function serve(): Promise<void> {
    for await (const { body } of answers) {
      if (body.case === "welcome") {
        agent.journal = body.value.journal;
        welcomed();
      }
      if (body.case === "assets") {
        agent.documents += body.value.documents.length;
        for (const bytes of body.value.documents) documents.set(sha256Hex(bytes), new TextDecoder().decode(bytes));
        for (const bytes of body.value.attachments) files.set(sha256Hex(bytes), bytes);
      }
      if (body.case !== "jobs") continue;
      agent.batches.push(body.value.jobs.length);
      for (const job of body.value.jobs) {
        void Promise.resolve(before?.(job)).then(() =>
          say({ case: "results", value: { results: [sign(job)] } } as never),
        );
      }
    }
  }

  async function stop(): Promise<void> {
    outgoing.end();
    await agent.ended;
  }

  let welcomed = () => {};
  const welcome = new Promise<void>((resolve) => {
    welcomed = resolve;
  });
  const ended = serve();
  await Promise.race([welcome, ended]);
  // The core joins the stream on the pull behind the welcome.
  await new Promise((resolve) => setImmediate(resolve));
  return Object.assign(agent, { ended });
}

function answer(job: SignJob, kind: "signatures" | "refusal", value: object | JobRefusal): JobResult {
  return create(JobResultSchema, { jobId: job.jobId, outcome: { case: kind, value } as never });
}

function createQueue<T>(): AsyncIterable<T> & { push(element: T): void; end(): void } {
  const waiting: T[] = [];
  let ended = false;
  let wake = () => {};
  return {
    push(element) {
      waiting.push(element);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
