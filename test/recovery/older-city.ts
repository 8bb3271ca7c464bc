import { spawn } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { until } from "../../ops/trial/ready.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { type Recovery, StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { several } from "../../services/base/several.ts";
import type { Connector } from "../../services/client/index.ts";
import type { Order } from "../../services/client/order.ts";
import { Refusal } from "../../services/domain/refusal.ts";

const ROOT = join(import.meta.dirname, "../..");

export const LICENCE = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;

/** A certificate as its department was told of it last. */
export interface Acknowledged {
  order: Order;
  replaces?: string;
  answer: Certificate;
  state: CertificateState;
}

/** What departments have been told, by business serial. */
export type Ledger = Map<string, Acknowledged>;

/** Repeats a call whose refusal tells to come again: behind a restart the agent is away for a moment, and the node compares itself first. */
async function patiently<T>(what: string, call: () => Promise<T>): Promise<T> {
  const answered: T[] = [];
  const tried = async () => {
    try {
      answered.push(await call());
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.retryAfterMs === undefined && error.reason !== "NODE_BEHIND") throw error;
      return false;
    }
  };
  await until(what, tried, 120_000);
  return answered[0] as T;
}

/** Makes and issues so many certificates, four at a time, and notes them in the ledger. */
export async function issueMany(connector: Connector, ledger: Ledger, prefix: string, count: number): Promise<void> {
  const serials = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  await several(serials, 4, async (serial) => {
    const order = orderFrom(LICENCE, serial);
    await patiently(`${serial} is made`, () => connector.issuing.make(order));
    const answer = await patiently(`${serial} is issued`, () => connector.issuing.issue(serial));
    ledger.set(serial, { order, answer, state: CertificateState.ISSUED });
  });
}

/** Replaces a certificate of the ledger by its next version. */
export async function replace(connector: Connector, ledger: Ledger, old: Acknowledged, serial: string): Promise<void> {
  const { identifier, number } = old.answer;
  const order = { ...orderFrom(LICENCE, serial), number };
  await connector.issuing.replace(identifier, order);
  const answer = await connector.issuing.issue(serial);
  ledger.set(serial, { order, replaces: identifier, answer, state: CertificateState.ISSUED });
  old.state = CertificateState.SUPERSEDED;
}

/** A cold copy of a core's data directory: taken and put back while the core does not run. */
export function coldCopy(core: Core) {
  const data = join(core.directory, "data");
  const copy = `${data}.copy`;
  return {
    take: () => cpSync(data, copy, { recursive: true }),
    putBack() {
      rmSync(data, { recursive: true });
      cpSync(copy, data, { recursive: true });
    },
  };
}

/** What a node says of its standing and of its recovery. */
export function standingOf(trial: Trial, core: Core) {
  const operator = trial.operators.get(core.node.code);
  const service = operator?.client(StandingService, core.mesh.sync?.[0] ?? "");
  if (!service) throw new Error(`no operator of ${core.node.name}`);
  return service;
}

/** Runs `ecert` as the operator of a core. */
export function ecert(
  trial: Trial,
  core: Core,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const keys = join(core.directory, "keys");
  const env = {
    ...process.env,
    ECERT_SERVER: core.mesh.sync?.[0] ?? "",
    ECERT_OPERATOR_CERTIFICATE: join(keys, "operator.pem"),
    ECERT_OPERATOR_KEY: join(keys, "operator.key"),
    ECERT_OPERATOR_CA: trial.files.root,
  };
  const child = spawn(process.execPath, [join(ROOT, "ops/ecert/main.ts"), ...args], { env });
  const text = { out: "", err: "" };
  child.stdout.on("data", (data) => (text.out += data));
  child.stderr.on("data", (data) => (text.err += data));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, ...text })));
}

/** Counts of a recovery by part: looked at, brought back, not brought back. */
export function countsOf(recovery: Pick<Recovery, "parts"> | undefined): Record<string, number[]> {
  const parts = recovery?.parts ?? [];
  return Object.fromEntries(
    parts.map(({ name, done, restored, failed }) => [name, [done, restored, failed].map(Number)]),
  );
}
