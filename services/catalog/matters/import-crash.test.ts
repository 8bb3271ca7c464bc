import { afterAll, beforeAll, expect, test } from "vitest";
import { MatterImportState } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { imported, previewed, settled } from "../../../test/fixtures/matter-import.ts";
import { type Life, mortal } from "../../../test/fixtures/mortal-store.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { RunningService } from "../../node/runtime.ts";
import type { Stored } from "../../store/port.ts";
import { catalogService } from "../main.ts";
import { PIECES, pieceId } from "./import-record.ts";

const BUREAU = "114401000000990003";
const HEAD = "code,name,department_code";
const list = (...rows: string[]) => [HEAD, ...rows.map((row) => `${row},${BUREAU}`)].join("\n");
const BEFORE = list("A,甲", "B,乙", "C,丙");
const OLD = ["A 甲", "B 乙", "C 丙"];
/** One changes, one stays, one ends, two are new. */
const after = (round: number) => list("B,乙改", "C,丙", `D${round},丁`, `E${round},戊`);
const now = (round: number) => ["B 乙改", "C 丙", `D${round} 丁`, `E${round} 戊`];

const life: Life = { left: Number.POSITIVE_INFINITY };
let node: TestRuntime;
let running: RunningService;

beforeAll(async () => {
  node = await openTestRuntime({ service: "catalog" });
  running = await catalogService.start({ ...node.runtime, store: mortal(node.runtime.store, life) });
  const department = { code: BUREAU, name: "局", division: "440100" };
  await directClient(running, RegistryService).putDepartment({ department });
});
afterAll(async () => {
  const closed = node.close();
  await running.stop();
  await closed;
});

async function restarted(): Promise<void> {
  await running.stop();
  life.left = Number.POSITIVE_INFINITY;
  running = await catalogService.start({ ...node.runtime, store: mortal(node.runtime.store, life) });
}

/** What has not ended. */
async function registered(): Promise<string[]> {
  const { matters } = await directClient(running, MatterService).findMatters({ departmentCode: BUREAU, pageSize: 200 });
  return matters.filter(({ endedOn }) => endedOn === "").map(({ code, name }) => `${code} ${name}`);
}

test("6.2.2.2: a process that dies at any write of an import has not accepted it, or another one carries it to its end", async () => {
  const matters = () => directClient(running, MatterService);
  await imported(matters(), BEFORE);
  expect(await registered()).toEqual(OLD);
  let accepted = 0;
  let refused = 0;
  for (let writes = 0; ; writes++) {
    const { id: importId, previewSha256 } = await previewed(matters(), after(writes));
    life.left = writes;
    const answer = await matters()
      .applyMatterImport({ importId, previewSha256 })
      .catch(() => undefined);
    // Dead or done: then nothing happens any more.
    const isSettled = answer && (await stalledOrDone(importId));
    await restarted();
    const { state } = await settled(matters(), importId);
    if (answer) accepted += 1;
    else refused += 1;
    expect(state).toBe(answer ? MatterImportState.DONE : MatterImportState.PREVIEWED);
    expect(await registered()).toEqual(answer ? now(writes) : OLD);
    if (isSettled === "done") break;
    if (answer) await imported(matters(), BEFORE);
  }
  expect(refused).toBe(1);
  expect(accepted).toBeGreaterThan(4);
});

test("6.2.2.2: an accepted import whose rows cannot be read any more holds up no other", async () => {
  const matters = directClient(running, MatterService);
  const { id: importId, previewSha256 } = await previewed(matters, after(1_000));
  const pieces = await node.runtime.store.collection<Stored>(PIECES);
  const piece = await pieces.get(pieceId(importId, "rows", 0));
  await pieces.replace({ ...piece, rows: "none" } as unknown as Stored);
  await matters.applyMatterImport({ importId, previewSha256 });
  expect((await previewed(matters, after(1_001))).state).toBe(MatterImportState.PREVIEWED);
  const { import: broken } = await matters.getMatterImport({ importId });
  expect(broken?.state).toBe(MatterImportState.APPLYING);
});

/** Waits until the import is done, or its process has no write left. */
async function stalledOrDone(importId: string): Promise<"done" | "stalled"> {
  for (;;) {
    const { import: found } = await directClient(running, MatterService).getMatterImport({ importId });
    if (found?.state === MatterImportState.DONE) return "done";
    if (life.left <= 0) return "stalled";
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
