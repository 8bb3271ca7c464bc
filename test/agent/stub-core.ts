import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import type { SignJob } from "../../agent/sign-job.ts";
import {
  AgentService,
  type ConnectRequest,
  ConnectRequestSchema,
  type ConnectResponse,
  ConnectResponseSchema,
  type Heartbeat,
  type Hello,
  type JobResult,
  type JournalMark,
  OfficerConfirmationSchema,
  type Officers,
} from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { AgentHouse } from "./agent-house.ts";

/** The core's end of the link over real mutual TLS, with nothing behind it: tests hand in jobs and get the answers. */
export interface StubCore {
  readonly address: string;
  /** What agents said, in order. */
  readonly hellos: Hello[];
  readonly heartbeats: Heartbeat[];
  /** Whose confirmations they said that they take, behind their hellos. */
  readonly told: Officers[];
  /** Whether an agent is connected, and whether it has asked for no more jobs. */
  connected(): boolean;
  drained(): boolean;
  /** Sends jobs in batches and resolves with the answers by job; those whose link broke stay out. */
  ask(jobs: readonly SignJob[]): Promise<Map<string, JobResult>>;
  /** Sends what jobs need, as a core that has learnt of it does. */
  give(assets: Partial<AgentHouse["assets"]>): void;
  /** Results so far of jobs that were asked for. */
  answered(): number;
  /** Ends as a killed core does. */
  kill(): void;
}

const NOTHING: AgentHouse["assets"] = {
  documents: [],
  attachments: [],
  catalogVersions: [],
  nodeKeys: new Uint8Array(),
};

/** Starts a stub core. `port` 0 takes a free one; a restarted core takes the port of the one before. */
export async function startStubCore(
  tls: { cert: Buffer; key: Buffer; ca: Buffer },
  { port = 0, assets = NOTHING, journal = undefined as JournalMark | undefined } = {},
): Promise<StubCore> {
  const hellos: Hello[] = [];
  const heartbeats: Heartbeat[] = [];
  const told: Officers[] = [];
  const waiting = new Map<string, (result: JobResult | undefined) => void>();
  let stream: ServerDuplexStream<ConnectRequest, ConnectResponse> | undefined;
  let draining = false;
  let results = 0;

  const say = (body: ConnectResponse["body"]) => stream?.write(create(ConnectResponseSchema, { body }));
  const give: StubCore["give"] = (given) =>
    say({ case: "assets", value: { $typeName: "ecert.agent.v1.FaceAssets", ...NOTHING, ...given } });
  const server = new Server();
  const { path, requestStream, responseStream } = {
    path: `/${AgentService.typeName}/${AgentService.method.connect.name}`,
    requestStream: true,
    responseStream: true,
  };
  server.addService(
    {
      connect: {
        path,
        requestStream,
        responseStream,
        requestSerialize: (message: ConnectRequest) => Buffer.from(toBinary(ConnectRequestSchema, message)),
        requestDeserialize: (bytes: Buffer) => fromBinary(ConnectRequestSchema, bytes),
        responseSerialize: (message: ConnectResponse) => Buffer.from(toBinary(ConnectResponseSchema, message)),
        responseDeserialize: (bytes: Buffer) => fromBinary(ConnectResponseSchema, bytes),
      },
    },
    {
      connect(call: ServerDuplexStream<ConnectRequest, ConnectResponse>) {
        call.on("data", ({ body }: ConnectRequest) => {
          if (body.case === "hello") {
            stream = call;
            draining = false;
            hellos.push(body.value);
            const time = new Date().toISOString();
            say({
              case: "welcome",
              value: {
                $typeName: "ecert.agent.v1.Welcome",
                node: "440100",
                replica: "a",
                time,
                ...(journal && { journal }),
              },
            });
            give(assets);
          }
          if (body.case === "heartbeat") heartbeats.push(body.value);
          if (body.case === "officers") told.push(body.value);
          if (body.case === "drain") draining = true;
          for (const result of body.case === "results" ? body.value.results : []) {
            results++;
            waiting.get(result.jobId)?.(result);
            waiting.delete(result.jobId);
          }
        });
        const gone = () => {
          if (stream === call) stream = undefined;
          for (const resolve of waiting.values()) resolve(undefined);
          waiting.clear();
        };
        call.on("end", () => call.end());
        call.on("close", gone);
        call.on("error", gone);
      },
    },
  );
  const credentials = ServerCredentials.createSsl(tls.ca, [{ private_key: tls.key, cert_chain: tls.cert }], true);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, taken) => (error ? reject(error) : resolve(taken)));
  });

  return {
    address: `127.0.0.1:${bound}`,
    hellos,
    heartbeats,
    told,
    connected: () => stream !== undefined,
    drained: () => draining,
    answered: () => results,
    give,
    async ask(jobs) {
      const answers = jobs.map(
        ({ jobId }) => new Promise<JobResult | undefined>((resolve) => waiting.set(jobId, resolve)),
      );
      for (let start = 0; start < jobs.length; start += 64) {
        const batch = jobs.slice(start, start + 64).map(({ origin, confirmation, ...job }) => ({
          $typeName: "ecert.agent.v1.SignJob" as const,
          ...job,
          ...(origin && { origin: { $typeName: "ecert.agent.v1.OriginSignature" as const, ...origin } }),
          ...(confirmation && {
            confirmation: create(OfficerConfirmationSchema, { ...confirmation, orders: [...confirmation.orders] }),
          }),
        }));
        say({ case: "jobs", value: { $typeName: "ecert.agent.v1.SignJobs", jobs: batch } });
      }
      const all = await Promise.all(answers);
      return new Map(all.flatMap((result) => (result ? [[result.jobId, result] as const] : [])));
    },
    kill: () => server.forceShutdown(),
  };
}
