import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MatterImportState } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { imported, previewed, settled } from "../../../test/fixtures/matter-import.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { RunningService } from "../../node/runtime.ts";
import type { Store } from "../../store/port.ts";
import { catalogService } from "../main.ts";
import { IMPORTS, type ImportDocument } from "./import-record.ts";

const BUREAU = "114401000000990003";
const LIST = ["code,name,department_code", ...["A,甲", "B,乙", "C,丙"].map((row) => `${row},${BUREAU}`)].join("\n");

describe.each(await bothEngines())("stopping an import of matters on $name (6.2.2.2)", (engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let node: TestRuntime;
  let running: RunningService;
  const matters = () => directClient(running, MatterService);

  beforeAll(async () => {
    opened = await engine.open();
    node = await openTestRuntime({ service: "catalog" });
    running = await catalogService.start({ ...node.runtime, store: opened.store });
    const department = { code: BUREAU, name: "局", division: "440100" };
    await directClient(running, RegistryService).putDepartment({ department });
  });
  afterAll(async () => {
    const closed = node.close();
    await running.stop();
    await closed;
    await opened.remove();
  });

  /** Has an import stand as one that another process works on. */
  async function worked(id: string, change: Partial<ImportDocument>): Promise<ImportDocument> {
    const imports = await opened.store.collection<ImportDocument>(IMPORTS);
    const found = (await imports.get(id)) as ImportDocument;
    const worker = { name: "another", until: new Date(Date.now() + 600_000).toISOString() };
    return (await imports.replace({ ...found, worker, ...change })) as ImportDocument;
  }

  test("storing that is stopped keeps what is stored, says so in the evidence, and is gone on with by comparing again", async () => {
    const { id: importId } = await previewed(matters(), LIST);
    const held = await worked(importId, {
      state: "applying",
      open: "applying",
      gate: "applying",
      applied: 1,
      doneRows: 2,
    });
    const { import: stopped } = await matters().stopMatterImport({ importId });
    expect(stopped).toMatchObject({ state: MatterImportState.RECEIVED, stoppedRows: 2n, previewSha256: "" });
    // Whoever was at it finds the import in other hands.
    const imports = await opened.store.collection<ImportDocument>(IMPORTS);
    expect(await imports.replace({ ...held, doneRows: 3 })).toBeUndefined();
    await matters().previewMatterImport({ importId });
    const again = await settled(matters(), importId);
    expect(again).toMatchObject({ state: MatterImportState.PREVIEWED, stoppedRows: 2n, counts: { added: 3n } });
    await matters().applyMatterImport({ importId, previewSha256: again.previewSha256 });
    expect(await settled(matters(), importId)).toMatchObject({ state: MatterImportState.DONE, stoppedRows: 0n });
    expect(node.evidence.map(({ kind }) => kind)).toContain("matter-import-stopped");
  });

  test("comparing that is stopped is begun anew; another import can be stored meanwhile", async () => {
    const { id: importId } = await previewed(matters(), `${LIST}\nD,丁,${BUREAU}`);
    await worked(importId, { state: "comparing", open: "comparing" });
    const { import: stopped } = await matters().stopMatterImport({ importId });
    expect(stopped).toMatchObject({ state: MatterImportState.RECEIVED, stoppedRows: 0n, doneRows: 0n });
    await imported(matters(), LIST);
    await matters().previewMatterImport({ importId });
    expect(await settled(matters(), importId)).toMatchObject({ counts: { added: 1n, unchanged: 3n } });
  });

  test("what is not being worked on cannot be stopped", async () => {
    const { id: importId } = await previewed(matters(), LIST);
    await expect(matters().stopMatterImport({ importId })).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    const none = matters().stopMatterImport({ importId: "none" });
    await expect(none).rejects.toMatchObject({ reason: "IMPORT_UNKNOWN" });
  });
});
