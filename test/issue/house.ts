import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@connectrpc/connect";
import { createAuthority } from "../../ops/authority/authority.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { type Order, signedOrder } from "../../services/client/order.ts";
import type { AuthorityFiles } from "../../services/domain/authority-files.ts";
import type { Reason } from "../../services/domain/reason.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { createIssueService } from "../../services/issue/main.ts";
import type { IssueOptions } from "../../services/issue/options.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import type { Store } from "../../services/store/port.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { directClient, openTestRuntime, type TestRuntime, type TestRuntimeOptions } from "../fixtures/runtime.ts";
import { createDepartment, type Department } from "../trust/department.ts";
import { APP, createTestCatalog, HOLDER_ORGANISATION, ISSUER, LICENCE, SEAL, type TestCatalog } from "./catalog.ts";
import { type FakeAgent, type FakeAgentOptions, startFakeAgent } from "./fake-agent.ts";
import type { AgentHost } from "./real-agent.ts";

/** One instance of the issue service, as its callers see it. */
export interface Instance {
  running: RunningService;
  issue: Client<typeof IssueService>;
  /** The same service, called by another app. */
  as(app: string): Client<typeof IssueService>;
  archive: Client<typeof ArchiveService>;
  outbox: Client<typeof OutboxService>;
  /** Connects the agent of the house: the fake one, or that of its host. */
  connectAgent(): Promise<{ stop(): Promise<void> }>;
  /** Connects a fake agent that does what a test wants. */
  startAgent(options?: Partial<FakeAgentOptions>): Promise<FakeAgent>;
}

/** What a test may choose of a house. */
export interface HouseOptions extends Partial<TestRuntimeOptions> {
  /** The host whose agent signs, and the key of the department's system that it knows. */
  host?: AgentHost;
  originKeyPem?: string;
  /** Algorithm of the department's seal. Default P-256. */
  algorithm?: "P-256" | "SM2";
  /** The time stamp authority, and whose time stamps count. */
  stamps?: { service: NodeConfig["timeStamp"]; authorities: AuthorityFiles };
  /** Another store than SQLite in a folder of the test's own; closed with the house. */
  store?: Store;
}

/** An issue service with its store, a catalog and a department, in one process. */
export interface House extends TestRuntime {
  catalog: TestCatalog;
  department: Department;
  /** Another department's key, whose certificate comes from the same authority. */
  stranger: Department;
  /** The authority of both. */
  trust: TrustAnchors;
  /** Starts an instance over the same store: the first, another replica, or the one after a crash. `store`: over another. */
  start(options?: Partial<IssueOptions>, store?: Store): Promise<Instance>;
  /** An order that is good in every respect, signed by the department's system. */
  order(changes?: Partial<Order>, replaces?: string): ReturnType<typeof signedOrder>;
}

/** Serials are counted over all houses of a process: an agent's host that serves several of them knows each serial once. */
let serial = 0;

const PROVINCE = { node: "440000", name: "省", role: "province", publicKeyFile: "", services: {} } as const;

/** Opens a house; close it to remove its folders. */
export async function openHouse({
  host,
  originKeyPem,
  store,
  stamps,
  algorithm = "P-256",
  ...options
}: HouseOptions = {}): Promise<House> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-issue-"));
  const authority = host?.authority ?? createAuthority(join(directory, "authority"), { national: algorithm === "SM2" });
  const department = await createDepartment(authority, algorithm);
  const stranger = await createDepartment(authority, "P-256");
  const anchor = join(directory, "root.pem");
  const roots = [authority.certificates.root, authority.certificates["root-sm2"] ?? ""];
  writeFileSync(anchor, roots.join(""));
  const catalog = createTestCatalog(host?.certPem ?? department.certPem);
  const origin = originKeyPem ?? newOriginKey();
  const opened = await openTestRuntime({
    service: "issue",
    peers: [PROVINCE],
    // The certificates of the department are made now, so the clock of the house is near it.
    now: new Date().toISOString(),
    ...options,
    clients: {
      [TermsService.typeName]: catalog.client,
      [StatusService.typeName]: { getNodeKeys: async () => ({ keys: new Uint8Array() }) },
      ...options.clients,
    },
    config: {
      signers: { anchorFiles: [anchor], ...(stamps && { timeStamps: stamps.authorities }) },
      ...(stamps?.service && { timeStamp: stamps.service }),
      clockSkewMs: 5_000,
      ...options.config,
    },
  });
  const test: TestRuntime = store ? { ...opened, runtime: { ...opened.runtime, store } } : opened;
  const started: RunningService[] = [];
  return {
    ...test,
    catalog,
    department,
    stranger,
    trust: createTrustAnchors([roots.join("")]),

    async start(serviceOptions = {}, other = test.runtime.store) {
      const runtime = { ...test.runtime, store: other };
      const running = await createIssueService({ renderThreads: 0, agentWaitMs: 0, ...serviceOptions }).start(runtime);
      started.push(running);
      const as = (app: string) =>
        directClient(running, IssueService, { kind: "app", app, department: ISSUER, node: "440100", scopes: [] });
      const startAgent = (agent = {}) =>
        startFakeAgent(running, department, { seal: SEAL, pictureName: () => catalog.seal.pictureName, ...agent });
      const service = { kind: "service", node: "440100", name: "sync" } as const;
      return {
        running,
        issue: as(APP),
        as,
        archive: directClient(running, ArchiveService, service),
        outbox: directClient(running, OutboxService, service),
        startAgent,
        connectAgent: () => host?.start(running, test.runtime.now, test.nodePublicKeyPem) ?? startAgent(),
      };
    },

    order(changes = {}, replaces) {
      serial += 1;
      const order: Order = {
        businessSerial: `BIZ-${serial}`,
        itemCode: LICENCE,
        issuerCode: ISSUER,
        holders: [{ name: "广州市云山贸易有限公司", code: HOLDER_ORGANISATION, codeType: "001" }],
        issueDate: "2026-01-05",
        data: { address: "广州市天河区体育西路1号", capital: 500 },
        ...changes,
      };
      return signedOrder(order, APP, { keyId: "k1", privateKeyPem: origin }, test.runtime.now(), replaces);
    },

    async close() {
      await test.close();
      await store?.close();
      await Promise.all(started.map((running) => running.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function newOriginKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The refusal of a call; fails where the call was not refused, or was for another reason. */
export async function refusalOf(call: Promise<unknown>, reason: Reason): Promise<Refusal> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal && outcome.reason === reason) return outcome;
  throw new Error(`expected ${reason}`, { cause: outcome });
}
