import { generateKeyPairSync, randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { MongoClient } from "mongodb";
import { createAuthority } from "../../ops/authority/authority.ts";
import { type Operator, openOperator } from "../../ops/trial/operator.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { catalogService } from "../../services/catalog/main.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import type { NodeConfig, TlsFiles } from "../../services/host/config.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { identityService } from "../../services/identity/main.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { RunningService, Runtime, ServiceModule } from "../../services/node/runtime.ts";
import { directClient } from "../fixtures/runtime.ts";
import { syncOfCatalogs } from "./sync-of-catalogs.ts";

export const [PROVINCE, LINGHAI, PENGWAN] = ["440000", "440100", "440300"] as const;
const CODES: readonly string[] = [PROVINCE, LINGHAI, PENGWAN];

/** A node of the house: its catalog and identity services, real and over mutual TLS, and what of its sync service a catalog needs. */
export interface CatalogNode {
  code: string;
  /** A client of the catalog for the node's operator. */
  operator<S extends DescService>(service: S): Client<S>;
  /** A client of the catalog for a member of staff, whose session another service would prove: straight to the handlers. */
  staff<S extends DescService>(service: S, person: StaffActor): Client<S>;
  /** Runtime of the node's sync service, for its clients. */
  sync: Runtime;
  /** Runtime of its catalog service, the same. */
  catalog: Runtime;
}

/** A province and two cities that can be stopped, copied, started, and put back to a copy. */
export interface CatalogHouse {
  node(code: string): CatalogNode;
  start(code: string): Promise<void>;
  stop(code: string): Promise<void>;
  /** Keeps data directory and databases of a node that is stopped; `restore` puts them in the place of what there is. */
  copy(code: string): Promise<{ restore(): Promise<void> }>;
  /** Brings all pending events of one node to others, and clears them; resolves to the reasons of those that were refused. */
  deliver(from: string, ...to: string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** A service with the runtime that it was started with, and what it serves. */
function shown(service: ServiceModule) {
  const { promise: runtime, resolve } = Promise.withResolvers<Runtime>();
  const { promise: running, resolve: started } = Promise.withResolvers<RunningService>();
  const start: ServiceModule["start"] = async (given) => {
    resolve(given);
    const served = await service.start(given);
    started(served);
    return served;
  };
  return { module: { ...service, start }, runtime, running };
}

interface Started {
  node: RunningNode;
  sync: Runtime;
  catalog: Runtime;
  served: RunningService;
  operator: Operator;
}

/** Opens the house; its nodes are started. `mongo`: connection string; without one the stores are SQLite's. */
export async function openCatalogHouse(mongo?: string): Promise<CatalogHouse> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-catalogs-"));
  const authority = createAuthority(join(directory, "authority"));
  const write = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const caFile = write("ca.pem", authority.certificates.root);
  const certify = (node: string, kind: "service" | "operator", name: string, also: string[] = []): TlsFiles => {
    const { certPem, keyPem } = authority.issueTls({ node, kind, name, also });
    return {
      certificateFile: write(`${node}-${kind}.pem`, certPem),
      privateKeyFile: write(`${node}-${kind}.key`, keyPem),
    };
  };
  const keys = new Map(CODES.map((code) => [code, keyPair(code)]));
  const ports = await freePorts(CODES.length);
  const mesh = new Map(CODES.map((code, index) => [code, `127.0.0.1:${ports[index]}`]));
  const uriFile = write("mongodb-uri", mongo ?? "");
  const prefix = `catalogs-${randomUUID().slice(0, 8)}`;
  const operators = new Map(CODES.map((code) => [code, { ...certify(code, "operator", "admin"), caFile }]));
  const configs = new Map(CODES.map((code) => [code, configOf(code)]));
  const running = new Map<string, Started>();

  const house: CatalogHouse = {
    node: (code) => ({
      code,
      operator(service) {
        const { operator } = running.get(code) as Started;
        return operator.client(service, mesh.get(code) as string);
      },
      staff: (service, person) => directClient((running.get(code) as Started).served, service, person),
      sync: running.get(code)?.sync as Runtime,
      catalog: running.get(code)?.catalog as Runtime,
    }),
    async start(code) {
      const sync = syncOfCatalogs();
      const catalog = shown(catalogService);
      const node = await startNode(configs.get(code) as NodeConfig, [catalog.module, identityService, sync.module], {
        drainMs: 1_000,
      });
      // Of this start: none of its connections leads to a process that has ended.
      const operator = openOperator(operators.get(code) as TlsFiles & { caFile: string });
      const served = await catalog.running;
      running.set(code, { node, sync: await sync.runtime, catalog: await catalog.runtime, served, operator });
    },
    async stop(code) {
      running.get(code)?.operator.close();
      await running.get(code)?.node.stop();
      running.delete(code);
    },
    async copy(code) {
      const { dataDirectory } = configs.get(code) as NodeConfig;
      const kept = `${dataDirectory}-copy`;
      rmSync(kept, { recursive: true, force: true });
      cpSync(dataDirectory, kept, { recursive: true });
      const databases = await contents(code);
      return {
        async restore() {
          rmSync(dataDirectory, { recursive: true, force: true });
          cpSync(kept, dataDirectory, { recursive: true });
          await refill(databases);
        },
      };
    },
    async deliver(from, ...to) {
      const refused: string[] = [];
      for (const service of ["catalog", "identity"] as const) {
        const outbox = house.node(from).sync.client(OutboxService, service);
        const keys: string[] = [];
        // A page holds events of one collection.
        for (let pageToken = "", more = true; more; more = pageToken !== "") {
          const page = await outbox.listPendingEvents({ pageSize: 100, pageToken });
          for (const event of page.events) {
            for (const code of to) {
              const inbox = house.node(code).sync.client(InboxService, service);
              await inbox.applyEvent({ node: from, event }).catch((error) => refused.push(error.reason));
            }
          }
          keys.push(...page.events.map(({ key }) => key));
          pageToken = page.nextPageToken;
        }
        if (keys.length > 0) await outbox.confirmEvents({ keys });
      }
      return refused;
    },
    async close() {
      await Promise.all([...running.keys()].map((code) => house.stop(code)));
      if (mongo)
        await withMongo(
          async (client) => void (await Promise.all(databasesOf().map((name) => client.db(name).dropDatabase()))),
        );
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await Promise.all(CODES.map((code) => house.start(code)));
  return house;

  function keyPair(code: string) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    return {
      privateKeyFile: write(`${code}.key`, privateKey.export({ type: "pkcs8", format: "pem" }) as string),
      publicKeyFile: write(`${code}.pub`, publicKey.export({ type: "spki", format: "pem" }) as string),
    };
  }

  function configOf(code: string): NodeConfig {
    const dataDirectory = join(directory, `data-${code}`);
    mkdirSync(dataDirectory);
    const roleOf = (node: string) => (node === PROVINCE ? "province" : "city");
    const nodeKey = keys.get(code) as ReturnType<typeof keyPair>;
    return {
      node: { role: roleOf(code), code, name: code },
      replica: "a",
      services: ["catalog", "identity", "sync"],
      dataDirectory,
      store: mongo ? { engine: "mongodb", uriFile, database: `${prefix}_${code}` } : { engine: "sqlite" },
      listeners: { mesh: { address: mesh.get(code) as string } },
      tls: { ...certify(code, "service", "catalog", ["identity", "sync"]), caFile },
      mesh: {},
      tokens: { ...nodeKey, lifetimeSeconds: 600 },
      nodeKey,
      peers: CODES.filter((peer) => peer !== code).map((peer) => {
        const at = { addresses: [mesh.get(peer) as string] };
        const { publicKeyFile } = keys.get(peer) as ReturnType<typeof keyPair>;
        return {
          node: peer,
          name: peer,
          role: roleOf(peer),
          publicKeyFile,
          services: { catalog: at, identity: at, sync: at },
        };
      }),
      limits: DEFAULT_LIMITS,
      clockSkewMs: 1,
      clockToleranceMs: 30_000,
      log: { level: "silent" },
    };
  }

  function databasesOf(code = ""): string[] {
    return CODES.filter((one) => one.startsWith(code)).flatMap((one) => [
      `${prefix}_${one}_catalog`,
      `${prefix}_${one}_identity`,
      `${prefix}_${one}_sync`,
    ]);
  }

  async function withMongo<T>(work: (client: MongoClient) => Promise<T>): Promise<T> {
    const client = new MongoClient(mongo as string);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  /** Documents of a node's databases, by database and collection. */
  async function contents(code: string): Promise<[string, string, object[]][]> {
    if (!mongo) return [];
    return withMongo(async (client) => {
      const found: [string, string, object[]][] = [];
      for (const name of databasesOf(code)) {
        for (const { name: collection } of await client.db(name).listCollections().toArray()) {
          found.push([name, collection, await client.db(name).collection(collection).find({}).toArray()]);
        }
      }
      return found;
    });
  }

  async function refill(databases: [string, string, object[]][]): Promise<void> {
    if (!mongo) return;
    await withMongo(async (client) => {
      for (const [name, collection, documents] of databases) {
        await client.db(name).collection(collection).deleteMany({});
        if (documents.length > 0) await client.db(name).collection(collection).insertMany(documents);
      }
    });
  }
}
