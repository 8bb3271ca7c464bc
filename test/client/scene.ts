import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../../ops/trial/connect.ts";
import type { TrialStore } from "../../ops/trial/core.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI } from "../../ops/trial/plan.ts";
import type { Running } from "../../ops/trial/process.ts";
import { seedUser } from "../../ops/trial/seed.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import type { Connector, ConnectorOptions, Refusal } from "../../services/client/index.ts";

/** The app that uses certificates at the city that issues them. */
export const OWN_USER = {
  code: "114401000000990003",
  name: "岭海市政务服务数据管理局",
  division: "440100",
  appKey: "440100-zwfw",
  matter: { code: "440100-SPJY-01", name: "食品经营许可核发" },
};

/** A trial whose first city has two processes of every service. */
export interface PairScene {
  trial: Trial;
  secrets: ReadonlyMap<string, string>;
  licence: CatalogFile;
  /** A connector of the department that issues at the city with pairs. */
  issuer(options?: Partial<ConnectorOptions>): Connector;
  /** A connector that uses certificates at the city that issued them, with the province as its stand-by. */
  user(options?: Partial<ConnectorOptions>): Connector;
  /** One of two processes that serve catalog and sync, or issue and usage. */
  replica(services: "catalog" | "issue", name: "a" | "b"): Running;
  close(): Promise<void>;
}

/** Starts the trial. */
export async function openPairScene(store: TrialStore = { engine: "sqlite" }): Promise<PairScene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-client-"));
  const trial = await startTrial({
    directory,
    layout: "one",
    layouts: { [LINGHAI.code]: "pairs" },
    store,
  });
  const { linghai, province } = trial.cores;
  const files = readCatalogFiles();
  const operator = trial.operators.get(LINGHAI.code) as NonNullable<ReturnType<Trial["operators"]["get"]>>;
  const secret = await seedUser(linghai, operator, OWN_USER as never, files);
  const secrets = new Map([...trial.secrets, [OWN_USER.appKey, secret]]);
  const opened: Connector[] = [];
  const kept = (connector: Connector) => {
    opened.push(connector);
    return connector;
  };
  return {
    trial,
    licence: files.find((file) => file.name === "营业执照") as CatalogFile,
    issuer: (options) => kept(connect(trial, (ISSUERS[0] as IssuingDepartment).appKey, linghai, undefined, options)),
    user: (options) => kept(connect({ ...trial, secrets }, OWN_USER.appKey, linghai, province, options)),
    secrets,
    replica: (service, name) => trial.programs.get(`${LINGHAI.code}/${service}-${name}`) as Running,
    async close() {
      for (const connector of opened) connector.close();
      await trial.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What a load met. */
export interface Met {
  answered: number;
  /** Reasons and messages of refused calls. */
  refused: string[];
  /** When each call was answered, by `performance.now()`. */
  times: number[];
}

/** Calls with so many workers, one call after the other each, until it is stopped. Nothing is repeated here. */
export function startCalls(workers: number, call: (count: number) => Promise<unknown>) {
  const met: Met = { answered: 0, refused: [], times: [] };
  let stopping = false;
  let count = 0;
  const working = Promise.all(
    Array.from({ length: workers }, async () => {
      while (!stopping) {
        await call(count++).then(
          () => {
            met.answered++;
            met.times.push(performance.now());
          },
          (error: Refusal) => met.refused.push(`${error.reason}: ${error.message}`),
        );
      }
    }),
  );
  return {
    met,
    async stop(): Promise<Met> {
      stopping = true;
      await working;
      return met;
    },
  };
}

/** A context of the city's own matter. */
export function ownContext(licence: CatalogFile, businessId: string) {
  const { code: departmentCode, matter } = OWN_USER;
  return { ...contextFor(licence, businessId, new Date()), departmentCode, matterCode: matter.code };
}

/** An order with an attachment of so many bytes. */
export function largeOrder(licence: CatalogFile, serial: string, bytes: number) {
  const content = Buffer.alloc(bytes, `${serial} `);
  content.write("%PDF-1.7\n");
  const attachments = [{ name: "材料.pdf", mediaType: "application/pdf", content }];
  return { ...orderFrom(licence, serial), attachments };
}
