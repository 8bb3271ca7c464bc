/**
 * A process that writes to a SQLite store until it is killed: `node write-until-killed.ts <directory> <name> <prefix>`. It says on
 * standard output what was acknowledged, one word per line: `i<id>` inserted, `r<id>` replaced, `b<digest>` blob.
 */
import { writeSync } from "node:fs";
import { openStore } from "../../services/store/open.ts";
import { RECORDS, type Record } from "./contract.ts";

const [directory, name, prefix] = process.argv.slice(2) as [string, string, string];
const store = await openStore({ engine: "sqlite", directory, name });
const records = await store.collection<Record>(RECORDS);
let next = 0;

async function write(): Promise<void> {
  for (;;) {
    const id = `${prefix}${next++}`;
    const document: Record = { _id: id, revision: 1, app: prefix, serial: id, state: "made", at: next };
    await records.insert(document);
    // Synchronous, so that a kill right after cannot take back what was acknowledged.
    writeSync(1, `i${id}\n`);
    await records.replace({ ...document, state: "issued" });
    writeSync(1, `r${id}\n`);
    if (next % 10 === 0) writeSync(1, `b${await store.blobs.put(Buffer.from(`${id} `.repeat(5_000)))}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, write));
