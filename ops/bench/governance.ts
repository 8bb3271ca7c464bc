/**
 * Measures what the administrative half does with the volumes of a province: `node ops/bench/governance.ts [PART…]`, each part on both engines of
 * the store. Takes MONGODB_URI, else starts a `mongod`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMongod } from "../servers/mongod.ts";
import { type Figure, figureLine } from "./figure.ts";

const PARTS: Readonly<Record<string, () => Promise<() => AsyncIterable<Figure>>>> = {
  lists: async () => (await import("./governance-lists.ts")).measureLists,
  matters: async () => (await import("./matters.ts")).measureMatters,
  supervision: async () => (await import("./governance-supervision.ts")).measureSupervision,
};

const named = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "ecert-bench-"));
const log = (line: string) => process.stderr.write(`${line}\n`);
const mongod = process.env.MONGODB_URI ? undefined : await startMongod({ directory: join(directory, "mongod"), log });
if (mongod) process.env.MONGODB_URI = mongod.uri;
try {
  for (const [name, load] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const measure = await load();
    for await (const figure of measure()) process.stdout.write(`${figureLine(figure).trim()}\n`);
  }
} finally {
  await mongod?.stop();
  rmSync(directory, { recursive: true, force: true });
}
