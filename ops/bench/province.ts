import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { type Client as Calls, createClient } from "@connectrpc/connect";
import { Client, credentials } from "@grpc/grpc-js";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { signedOrder } from "../../services/client/order.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { orderFrom, originKey } from "../trial/connect.ts";
import type { Core } from "../trial/core.ts";
import { ISSUERS, type IssuingDepartment } from "../trial/plan.ts";
import { startTrial, type Trial } from "../trial/trial.ts";
import { varied } from "./vary.ts";

/** The trial province as benches use it. */
export interface BenchTrial {
  readonly trial: Trial;
  readonly licence: CatalogFile;
  /** Pids of a core's processes. */
  pids(core: Core): number[];
  /** Pid of the signing agent of the licences' department; its drivers are its children. */
  readonly agentPid: number;
  /** The department that issues the licences. */
  readonly department: IssuingDepartment;
  /** A fresh access token of an app. */
  token(core: Core, appKey: string): Promise<string>;
  /** A client that calls a core over grpc-js, TLS and access token, as an app. grpc-js keeps the load generator small. */
  app<S extends DescService>(core: Core, appKey: string, service: S): Promise<Calls<S>>;
  /** Makes and issues one licence of a serial that is new in this run. */
  issue(): Promise<string>;
  /** Makes one, without issuing it. */
  make(): Promise<string>;
}

/** Starts the trial province at the first call of `trial`; ends it at disposal. */
export function openProvince(say: (line: string) => void) {
  let started: Promise<BenchTrial & AsyncDisposable> | undefined;
  return {
    trial(): Promise<BenchTrial> {
      if (!started) say("  (starting the trial province: four cores, three agents, four brokers, SQLite)");
      started ??= startProvince();
      return started;
    },
    async [Symbol.asyncDispose]() {
      await (await started?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

/** Starts a province in a temporary directory. */
export async function startProvince(): Promise<BenchTrial & AsyncDisposable> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-bench-"));
  const trial = await startTrial({ directory, layout: "one", store: { engine: "sqlite" } });
  const clients: Client[] = [];
  const department = ISSUERS[0] as IssuingDepartment;
  const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
  const agent = trial.agents.get(department.agent);
  if (!agent) throw new Error(`no agent ${department.agent}`);
  await liftRate(join(agent.files.directory, "policy.json"), () => agent.running.restart());

  const ca = readFileSync(trial.files.root);
  const channel = (core: Core, service: string): Client => {
    const address = core.public[service as "issue"]?.[0]?.replace("https://", "") ?? "";
    const client = new Client(address, credentials.createSsl(ca), {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.ssl_target_name_override": "localhost",
    });
    clients.push(client);
    return client;
  };
  async function token(core: Core, appKey: string): Promise<string> {
    const tokens = createClient(TokenService, grpcTransport(channel(core, "identity"), {}));
    const appSecret = trial.secrets.get(appKey) ?? "";
    return (await tokens.issueAccessToken({ appKey, appSecret })).accessToken;
  }
  async function app<S extends DescService>(core: Core, appKey: string, service: S): Promise<Calls<S>> {
    const area = service.file.proto.package.split(".")[1] ?? "";
    const authorization = `Bearer ${await token(core, appKey)}`;
    return createClient(service, grpcTransport(channel(core, area), { authorization }));
  }

  const { keyId, privateKeyFile } = originKey(directory, department.appKey);
  const origin = { keyId, privateKeyPem: readFileSync(privateKeyFile, "utf8") };
  let issuing = await app(trial.cores.linghai, department.appKey, IssueService);
  // Access tokens live 15 minutes; a long run needs fresh ones.
  const renewal = setInterval(async () => {
    issuing = await app(trial.cores.linghai, department.appKey, IssueService);
  }, 600_000);
  const run = Date.now().toString(36);
  let serial = 0;
  async function make(): Promise<string> {
    const turn = serial++;
    const businessSerial = `${run}-${turn}`;
    const order = orderFrom(licence, businessSerial);
    const varying = { ...order, data: varied(order.data, turn) };
    await issuing.makeCertificate(signedOrder(varying, department.appKey, origin, new Date()));
    return businessSerial;
  }

  return {
    trial,
    licence,
    pids: (core) =>
      core.processes
        .map(({ name }) => trial.programs.get(`${core.node.code}/${name}`)?.pid)
        .filter((pid) => pid !== undefined),
    get agentPid() {
      return agent.running.pid;
    },
    department,
    token,
    app,
    make,
    async issue() {
      const businessSerial = await make();
      const { certificate } = await issuing.issueCertificate({ businessSerial });
      return certificate?.identifier ?? "";
    },
    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      for (const client of clients) client.close();
      await trial.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The policy's rate per seal is a department's safeguard, not a limit of the machine: it is lifted for the bench. */
async function liftRate(policyFile: string, restart: () => Promise<void>): Promise<void> {
  const policy = JSON.parse(readFileSync(policyFile, "utf8")) as { seals: object[] };
  const seals = policy.seals.map((seal) => ({ ...seal, ratePerMinute: 10_000_000 }));
  writeFileSync(policyFile, JSON.stringify({ ...policy, seals }), { mode: 0o600 });
  await restart();
}
