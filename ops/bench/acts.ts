/**
 * Measures what the audit costs the road: `node ops/bench/acts.ts` tells a supervision service on SQLite what is told of certificates that are issued, one line of evidence
 * each (`certificate-signed`), in pieces as busy and quiet processes tell them, and prints processor time and bytes of the store for each line.
 */

import { ActIntakeService } from "../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { instantOf } from "../../services/domain/instant.ts";
import { supervisionService } from "../../services/supervision/main.ts";
import { directClient, openTestRuntime } from "../../test/fixtures/runtime.ts";
import { type Figure, figureLine } from "./figure.ts";

const LINES = 8_000;
/** Lines of a call: of a process that issues one certificate every quarter of a second, and of one that has many to tell. */
const PIECES = [1, 20, 400];
const MARKET = "11440106MB9DEM11X6";
const DAY = instantOf("2026-11-24T00:00:00Z");

for (const figure of await measure()) process.stdout.write(`${figureLine(figure).trim()}\n`);

async function measure(): Promise<Figure[]> {
  const found: Figure[] = [];
  for (const piece of PIECES) {
    const house = await openTestRuntime({ service: "supervision" });
    const running = await supervisionService.start(house.runtime);
    const intake = directClient(running, ActIntakeService);
    const before = await house.runtime.store.size();
    const begun = process.cpuUsage();
    const count = piece === 1 ? LINES / 8 : LINES;
    for (let n = 0; n < count; n += piece) {
      const lines = Array.from({ length: piece }, (_, index) => lineOf(n + index + 1));
      const head = { n: BigInt(n + piece), hash: String(n + piece).padStart(64, "0") };
      await intake.takeActs({ stream: "issue-a", lines, after: BigInt(n), head });
    }
    const { user, system } = process.cpuUsage(begun);
    const bytes = (await house.runtime.store.size()) - before;
    const name = `an act kept by supervision, ${piece} in a call`;
    found.push({ name: `${name}, processor time`, value: (user + system) / 1_000 / count, unit: "ms" });
    if (piece === PIECES.at(-1)) found.push({ name: "an act in the store", value: bytes / count, unit: "bytes" });
    await running.stop();
    await house.close();
  }
  return found;
}

function lineOf(n: number) {
  const identifier = `1.2.156.3005.2.11440106MB9DEM11X6${String(n).padStart(12, "0")}`;
  const call = { id: String(n).padStart(24, "a"), by: "app/440100-scjg", department: MARKET };
  const digest = "0".repeat(64);
  const digests = { messageSha256: digest, pdfSha256: digest, ofdSha256: digest, messageCmsSha256: digest };
  const told = { app: "440100-scjg", businessSerial: `S-${n}`, signer: digest, agent: "lh-scjg", journalEntry: n };
  const bodyJson = JSON.stringify({ identifier, ...told, ...digests, call });
  return { n: BigInt(n), time: new Date(DAY + n * 250).toISOString(), kind: "certificate-signed", bodyJson };
}
