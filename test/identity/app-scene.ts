import { randomBytes, randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { RegistryDocument } from "../../services/catalog/stored/records.ts";
import type { NodeRole } from "../../services/host/roles.ts";
import { APPS, type AppDocument } from "../../services/identity/apps/app-record.ts";
import { appTerms } from "../../services/identity/apps/app-terms.ts";
import { hashSecret } from "../../services/identity/apps/secret.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import { contentDigest } from "../../services/registry/content-digest.ts";
import { openCore } from "../fixtures/core.ts";
import { insertRecords } from "../fixtures/stored-records.ts";

/* An app with its secrets at a node, for tests of these. */

export const DEPARTMENT = "114401000000990003";
export const APP = "440100-scjg";
export const app = { key: APP, name: "审批系统", departmentCode: DEPARTMENT, scopes: ["issue.make"] };
const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });

/** What an app says, by its digest. */
export const digestOf = (document: AppDocument) => contentDigest({ terms: appTerms(unused) }, document);

function unused(): never {
  throw new Error("a record is encoded as it is stored");
}

/** An app as it was stored while apps had one secret, without an end. */
export async function legacy(secret: string, secretHash?: string): Promise<AppDocument> {
  const parts = { kind: "app", node: "440100", key: APP, changes: 1, value: { ...app, node: "440100" } } as const;
  return {
    _id: `app/${APP}`,
    revision: 1,
    ...parts,
    secretHash: secretHash ?? (await hashSecret(secret, randomBytes)),
  };
}

/** The app's department. */
export const DEPARTMENT_RECORD: RegistryDocument = {
  ...{ _id: `department/440100/${DEPARTMENT}`, revision: 1, kind: "department", node: "440100", key: DEPARTMENT },
  ...{ changes: 1, value: { code: DEPARTMENT, name: "局", division: "440100", node: "440100" } },
};

const NOTHING = () => {};
/** Metrics and log that keep what matters here. */
export function observed(gauges: Map<string, number>, warned: object[]): Pick<Runtime, "metrics" | "log"> {
  return {
    metrics: {
      ...{ count: NOTHING, observe: NOTHING },
      gauge: (name, value, labels) => void gauges.set(`${name} ${labels?.state}`, value),
    },
    log: { debug: NOTHING, info: NOTHING, error: NOTHING, warn: (fields) => void warned.push(fields) },
  };
}

/** Catalog and identity of a node whose metrics and log are kept; their clocks stand at 2026-11-24 10:00 in Shanghai. */
export async function startNode(role: NodeRole, apps: AppDocument[] = [], departments: RegistryDocument[] = []) {
  const [code, other] = role === "province" ? ["440000", "440100"] : ["440100", "440000"];
  const peers = [peer(other, role === "province" ? "city" : "province")];
  const gauges = new Map<string, number>();
  const warned: object[] = [];
  const core = await openCore({
    ...{ role, code, peers, seen: observed(gauges, warned) },
    async before({ catalog, identity }) {
      await insertRecords(catalog.store, departments);
      const stored = await identity.store.collection<AppDocument>(APPS);
      for (const document of apps) await stored.insert(document);
    },
  });
  onTestFinished(() => core.close());
  const registry = await core.identity.test.runtime.store.collection<AppDocument>(APPS);
  const operator = core.client(AppService);
  const tokens = core.client(TokenService);
  return {
    ...{
      core,
      opened: { ...core.identity.test, setNow: core.setNow },
      gauges,
      warned,
      registry,
      operator,
      running: core.identity.running,
    },
    departments: core.client(RegistryService),
    stored: async () => (await registry.get(`app/${APP}`)) as AppDocument,
    put: (more = {}) => operator.putApp({ requestId: randomUUID(), app, ...more }),
    rotate: async (more = {}) =>
      (await operator.putApp({ requestId: randomUUID(), app, rotateSecret: true, ...more })).secret,
    /** What a secret comes to: `OK`, or the reason and text of the refusal. */
    token: (appSecret: string, appKey = APP) =>
      tokens.issueAccessToken({ appKey, appSecret }).then(
        () => "OK",
        ({ reason, message }) => `${reason}: ${message}`,
      ),
    tokens,
    secrets: async () => (await operator.getApp({ key: APP })).app?.secrets ?? [],
    refused: async () => (await tokens.listRefusedApps({})).apps.map(({ appKey }) => appKey),
  };
}

/** The same with a department and an app. `more` goes with the request that puts the app. */
export async function withApp(role: NodeRole = "city", more = {}) {
  const node = await startNode(role);
  await node.departments.putDepartment({ department: { code: DEPARTMENT, name: "局", division: "440100" } });
  const { secret } = await node.put(more);
  return { ...node, secret };
}
