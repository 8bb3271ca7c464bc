import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MatterFileFormat } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { imported } from "../../../test/fixtures/matter-import.ts";
import { directClient, openTestRuntime } from "../../../test/fixtures/runtime.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";

const DEPARTMENTS = ["114401000000990003", "114401000000990016"] as const;
const TODAY = "2026-11-24";
/** Lists imported one after another, on each engine. */
const LISTS = 16;

interface Row {
  code: string;
  name: string;
  departmentCode: string;
  usedItems?: string[];
}

/** A naive registry: what every list says, row by row. */
class Recount {
  readonly matters = new Map<string, Row & { endedOn: string }>();

  take(rows: readonly Row[], rowsOnly: boolean): void {
    const whole = new Set(rows.map(({ departmentCode }) => departmentCode));
    for (const row of rows) {
      const { usedItems = this.matters.get(row.code)?.usedItems ?? [] } = row;
      this.matters.set(row.code, { ...row, usedItems, endedOn: "" });
    }
    if (rowsOnly) return;
    const named = new Set(rows.map(({ code }) => code));
    for (const matter of this.matters.values()) {
      const isGone = whole.has(matter.departmentCode) && !named.has(matter.code) && matter.endedOn === "";
      if (isGone) matter.endedOn = TODAY;
    }
  }

  told(): string[] {
    return [...this.matters.values()]
      .map(({ code, name, departmentCode, usedItems, endedOn }) =>
        JSON.stringify([code, name, departmentCode, usedItems, endedOn]),
      )
      .sort();
  }
}

const row = fc.record(
  {
    code: fc.constantFrom("A", "B", "C", "D", "E", "F"),
    name: fc.constantFrom("甲", "乙"),
    departmentCode: fc.constantFrom(...DEPARTMENTS),
    usedItems: fc.subarray(["SFZ", "YYZZ"]),
  },
  { requiredKeys: ["code", "name", "departmentCode"] },
);
const lists = fc.array(
  fc.record({
    rows: fc.uniqueArray(row, { selector: ({ code }) => code, minLength: 1, maxLength: 6 }),
    rowsOnly: fc.boolean(),
  }),
  { minLength: LISTS, maxLength: LISTS },
);

describe.each(await bothEngines())("lists kept in step, on $name", (engine) => {
  let opened: Awaited<ReturnType<typeof engine.open>>;
  let node: Awaited<ReturnType<typeof openTestRuntime>>;
  let running: RunningService;

  beforeAll(async () => {
    opened = await engine.open();
    node = await openTestRuntime({ service: "catalog", store: opened.store, now: `${TODAY}T02:00:00Z` });
    running = await catalogService.start(node.runtime);
    for (const code of DEPARTMENTS) {
      await directClient(running, RegistryService).putDepartment({
        department: { code, name: "局", division: "440100" },
      });
    }
  });
  afterAll(async () => {
    const closed = node.close();
    await running.stop();
    await closed;
    await opened.remove();
  });

  test("6.2.2.2: after any lists the registry is what a naive recount of them comes to: ended matters end, none vanishes", async () => {
    const matters = directClient(running, MatterService);
    const recount = new Recount();
    const [drawn = []] = fc.sample(lists, { numRuns: 1, seed: 62 });
    for (const { rows, rowsOnly } of drawn) {
      await imported(matters, JSON.stringify(rows), { format: MatterFileFormat.JSON, rowsOnly });
      recount.take(rows, rowsOnly);
      const { matters: found } = await matters.findMatters({ pageSize: 200 });
      const told = found.map(({ code, name, departmentCode, usedItems, endedOn }) =>
        JSON.stringify([code, name, departmentCode, usedItems, endedOn]),
      );
      expect(told.sort()).toEqual(recount.told());
    }
  });
});
