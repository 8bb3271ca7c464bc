/**
 * Measures the store: `node ops/bench/store.ts [sqlite] [mongodb]` prints operations per second at 1 and at 64 callers. Documents are about
 * 2 KB with three indexes, blobs 60 KB; every write is durable when it counts. Takes MONGODB_URI, else starts a `mongod`.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../services/store/open.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../services/store/port.ts";
import { startMongod } from "../servers/mongod.ts";

interface Licence extends Stored {
  app: string;
  serial: string;
  state: string;
  at: number;
  holders: string[];
  data: string;
}

const LICENCES: CollectionSpec = {
  name: "bench",
  indexes: [
    { name: "serial", fields: ["app", "serial"], unique: true },
    { name: "state", fields: ["state", "at"] },
    { name: "holders", fields: ["holders"] },
  ],
};

/** Milliseconds that one figure is measured for. */
const MEASURE_MS = 2_000;

/** Runs an operation over and over from so many callers; resolves to operations per second. */
async function rate(callers: number, operation: (turn: number) => Promise<unknown>): Promise<number> {
  let turn = 0;
  const start = performance.now();
  const call = async () => {
    while (performance.now() - start < MEASURE_MS) await operation(turn++);
  };
  await Promise.all(Array.from({ length: callers }, call));
  return Math.round((turn / (performance.now() - start)) * 1000);
}

async function measure(store: Store, callers: number): Promise<Record<string, number>> {
  const licences: Collection<Licence> = await store.collection<Licence>(LICENCES);
  const run = randomUUID();
  const data = "证照".repeat(280);
  const licence = (i: number): Licence => {
    const id = `${run}-${i}`;
    return { _id: id, revision: 1, app: "a", serial: id, state: "made", at: i, holders: [`h${i % 500}`, id], data };
  };
  const insert = await rate(callers, (i) => licences.insert(licence(i)));
  const known = Math.floor(insert / 2);
  const latest = new Map<number, Licence>();
  // Callers keep to different documents, as those of a service do: a lost race would count as a write.
  const replace = await rate(callers, async (i) => {
    const at = i % known;
    const next = await licences.replace(latest.get(at) ?? licence(at));
    if (next) latest.set(at, next);
  });
  const get = await rate(callers, (i) => licences.get(`${run}-${i % known}`));
  const bySerial = await rate(callers, (i) =>
    licences.query({ index: "serial", equals: ["a", `${run}-${i % known}`], limit: 1 }),
  );
  const page = await rate(callers, (i) =>
    licences.query({ index: "state", equals: ["made"], from: i % known, limit: 20 }),
  );
  const bytes = randomBytes(60_000);
  const putBlob = await rate(callers, (i) => {
    const blob = Buffer.from(bytes);
    blob.write(`${run}-${i}`);
    return store.blobs.put(blob);
  });
  return { insert, replace, get, "by serial": bySerial, "page of 20": page, "blob 60 KB": putBlob };
}

const asked = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), "ecert-bench-"));
process.stdout.write(`operations per second, ${availableParallelism()} CPUs, Node ${process.version}\n`);
try {
  for (const engine of ["sqlite", "mongodb"] as const) {
    if (asked.length > 0 && !asked.includes(engine)) continue;
    const given = process.env.MONGODB_URI;
    const log = (line: string) => process.stderr.write(`${line}\n`);
    const server =
      engine === "mongodb" && !given ? await startMongod({ directory: join(directory, "mongod"), log }) : undefined;
    const uri = given ?? server?.uri ?? "";
    const database = `bench-${randomUUID()}`;
    const store = await openStore(
      engine === "sqlite" ? { engine, directory, name: "bench" } : { engine, uri, database },
    );
    for (const callers of [1, 64]) {
      const figures = Object.entries(await measure(store, callers)).map(([name, value]) => `${name} ${value}`);
      process.stdout.write(`${engine.padEnd(8)}${String(callers).padStart(3)} callers: ${figures.join(" · ")}\n`);
    }
    await store.close();
    await server?.stop();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
