import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import type { SignJob } from "../../agent/sign-job.ts";
import {
  AgentService,
  type ConnectRequest,
  ConnectRequestSchema,
  type ConnectResponse,
  ConnectResponseSchema,
} from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { methodPath } from "../../services/call/chain/routes.ts";
import { LINGHAI } from "../trial/plan.ts";
import type { Department } from "./department.ts";

/** A core with nothing behind it, that feeds jobs as fast as the agent's window allows. */
export interface StubCore {
  readonly address: string;
  /** Resolves when an agent has said hello and found its device healthy. */
  readonly connected: Promise<void>;
  /** Feeds jobs, round and round, for so many seconds; resolves to jobs signed per second. Rejects where one is refused. */
  feed(jobs: readonly SignJob[], seconds: number): Promise<number>;
  close(): void;
}

/** Jobs in one message at most, as a core does it. */
const BATCH = 64;

type Stream = ServerDuplexStream<ConnectRequest, ConnectResponse>;

/** Starts the stub core on a free loopback port, with mutual TLS. */
export async function startStubCore(
  tls: { cert: Buffer; key: Buffer; ca: Buffer },
  { documents, catalogVersions }: Pick<Department, "documents" | "catalogVersions">,
): Promise<StubCore> {
  const connection = Promise.withResolvers<{ stream: Stream; window: number }>();
  const healthy = Promise.withResolvers<void>();
  let onResults: (signed: number, refusal: string | undefined) => void = () => {};

  function serve(stream: Stream): void {
    stream.on("error", () => undefined);
    stream.on("end", () => stream.end());
    stream.on("data", ({ body }: ConnectRequest) => {
      if (body.case === "hello") {
        const time = new Date().toISOString();
        say(stream, {
          case: "welcome",
          value: { $typeName: "ecert.agent.v1.Welcome", node: LINGHAI.code, replica: "bench", time },
        });
        say(stream, {
          case: "assets",
          value: {
            $typeName: "ecert.agent.v1.FaceAssets",
            documents,
            attachments: [],
            catalogVersions,
            nodeKeys: new Uint8Array(),
          },
        });
        connection.resolve({ stream, window: body.value.window });
      }
      if (body.case === "heartbeat" && body.value.healthy) healthy.resolve();
      if (body.case !== "results") return;
      const refused = body.value.results.find(({ outcome }) => outcome.case === "refusal")?.outcome;
      onResults(body.value.results.length, refused?.case === "refusal" ? refused.value.message : undefined);
    });
  }

  const server = new Server();
  server.addService({ connect: definition() }, { connect: serve });
  const credentials = ServerCredentials.createSsl(tls.ca, [{ private_key: tls.key, cert_chain: tls.cert }], true);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, taken) => (error ? reject(error) : resolve(taken)));
  });
  return {
    address: `127.0.0.1:${port}`,
    connected: healthy.promise,
    async feed(jobs, seconds) {
      const { stream, window } = await connection.promise;
      return new Promise((resolve, reject) => {
        const start = performance.now();
        let [sent, flying, signed] = [0, 0, 0];
        const fill = () => {
          while (flying < window) {
            const size = Math.min(BATCH, window - flying);
            const batch = Array.from({ length: size }, () => wireJob(jobs[sent % jobs.length] as SignJob, sent++));
            flying += size;
            say(stream, { case: "jobs", value: { $typeName: "ecert.agent.v1.SignJobs", jobs: batch } });
          }
        };
        onResults = (count, refusal) => {
          if (refusal !== undefined) return reject(new Error(`the agent refused: ${refusal}`));
          flying -= count;
          signed += count;
          const elapsed = performance.now() - start;
          if (elapsed < seconds * 1_000) fill();
          else if (flying === 0) resolve((signed * 1_000) / elapsed);
        };
        fill();
      });
    },
    close: () => server.forceShutdown(),
  };
}

function wireJob({ origin, confirmation: _none, ...job }: SignJob, number: number) {
  return {
    $typeName: "ecert.agent.v1.SignJob" as const,
    ...job,
    jobId: String(number),
    ...(origin && { origin: { $typeName: "ecert.agent.v1.OriginSignature" as const, ...origin } }),
  };
}

function say(stream: Stream, body: ConnectResponse["body"]): void {
  stream.write(create(ConnectResponseSchema, { body }));
}

function definition() {
  return {
    path: methodPath(AgentService.method.connect),
    requestStream: true,
    responseStream: true,
    requestSerialize: (message: ConnectRequest) => Buffer.from(toBinary(ConnectRequestSchema, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(ConnectRequestSchema, bytes),
    responseSerialize: (message: ConnectResponse) => Buffer.from(toBinary(ConnectResponseSchema, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(ConnectResponseSchema, bytes),
  };
}
