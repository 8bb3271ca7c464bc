import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { ListCauseKind, ListChangeState } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { appsOf } from "../../../test/fixtures/apps.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { licenceContent as content } from "../../../test/fixtures/licence-content.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { recordsOf } from "../../../test/fixtures/stored-records.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";
import { recordId } from "../stored/records.ts";
import { FRESH_MS } from "./list-source.ts";
import { LIST_CHANGES, type ListChangeDocument } from "./stored.ts";

const [BUREAU, UNIT, OTHER] = ["114401000000990003", "114401000000990016", "114401000000990029"] as const;
const [COUNTY, BESIDE] = ["440106", "440114"] as const;
const [APP, DAY, YESTERDAY] = ["440000-a", "2026-11-24", "2026-11-23"] as const;

describe.each(await bothEngines())("4.4.1 what may be issued stands on the list, on $name", (engine) => {
  let house: TestRuntime;
  let removed: () => Promise<void>;
  let stopped = async () => {};

  beforeAll(async () => {
    const { store, remove } = await engine.open();
    removed = remove;
    // A node by itself that publishes and issues for a county whose list it does not keep.
    house = await openTestRuntime({
      ...{ service: "catalog", role: "province", code: "440000", store },
      clients: appsOf("440000", { [APP]: BUREAU }),
    });
    await openBefore();
  });
  afterAll(async () => {
    await stopped();
    await house.close();
    await removed();
  });

  /** Starts the service in the place of the one that runs. */
  async function start(): Promise<RunningService> {
    await stopped();
    const ending = new AbortController();
    const running = await catalogService.start({ ...house.runtime, signal: ending.signal });
    stopped = () => {
      ending.abort();
      return running.stop();
    };
    return running;
  }

  /** A node that opened items when there were no lists. */
  async function openBefore(): Promise<void> {
    const running = await start();
    const registry = directClient(running, RegistryService);
    await directClient(running, CatalogService).registerCatalogItem({ code: "A", content });
    await directClient(running, CatalogService).publishCatalogItem({ code: "A", version: 1 });
    await registry.putDepartment({ department: { code: BUREAU, name: "局", division: COUNTY } });
    await registry.putDepartment({ department: { code: OTHER, name: "局", division: "440115" } });
    await registry.putDepartment({ department: { code: UNIT, name: "所", division: BESIDE, superiorCode: BUREAU } });
    await putOpenings([
      { itemCode: "A", opensOn: "2026-03-01", forUnits: true },
      { itemCode: "B", opensOn: "2026-12-01", forUnits: false },
    ]);
    await removeChanges();
  }

  async function putOpenings(
    openings: { itemCode: string; opensOn: string; forUnits: boolean; department?: string }[],
  ) {
    const collection = await recordsOf(house.runtime.store, "opening");
    for (const { itemCode, opensOn, forUnits, department = BUREAU } of openings) {
      const key = `${itemCode}/${department}/${APP}`;
      const value = { itemCode, departmentCode: department, appKey: APP, sealCode: "S", opensOn, forUnits };
      const _id = recordId("opening", "440000", key);
      await collection.insert({ _id, revision: 1, kind: "opening", node: "440000", key, changes: 1, value });
    }
  }

  /** As the store was before it was told that carrying over is done. */
  async function removeChanges(): Promise<void> {
    const changes = await house.runtime.store.collection<ListChangeDocument>(LIST_CHANGES);
    for (const id of ["carried-over", `carried-over-${COUNTY}`]) {
      const found = await changes.get(id);
      if (found) await changes.remove(id, found.revision);
    }
  }

  const terms = (running: RunningService, itemCode: string, issuerCode: string, day: string = DAY) =>
    directClient(running, TermsService).getIssuingTerms({ itemCode, issuerCode, appKey: APP, day });
  const effective = async (running: RunningService, division: string, day: string = DAY) =>
    (await directClient(running, ListService).getEffectiveList({ division, day })).entries;

  test("what was opened before there were lists stands on the lists of its issuers' divisions, visible as carried over", async () => {
    const running = await start();
    const carried = { causes: [{ kind: ListCauseKind.CARRIED_OVER, from: "2026-03-01", until: "" }] };
    expect(await effective(running, COUNTY)).toMatchObject([{ itemCode: "A", ...carried }]);
    expect(await effective(running, BESIDE)).toMatchObject([{ itemCode: "A", ...carried }]);
    expect(await effective(running, COUNTY, "2026-12-01")).toHaveLength(2);
    const asked = ["A", "B"].map((itemCode) => ({ itemCode, departmentCode: BUREAU }));
    const of = (division: string) =>
      directClient(running, ListService).getStandings({ items: asked, matters: ["M"], day: DAY, division });
    // Of departments beyond the division nothing stands.
    expect((await of("440300")).items).toMatchObject([{ listed: false, openSince: "" }, { listed: false }]);
    expect(await of("440100")).toMatchObject({
      items: [
        { listed: true, openSince: "2026-03-01" },
        { listed: false, openSince: "" },
      ],
      matters: [{ usedSince: "" }],
    });
    // The seal is what is missing here, and nothing before it.
    await expect(terms(running, "A", BUREAU)).rejects.toMatchObject({ reason: "SEAL_UNKNOWN" });
    await expect(terms(running, "A", UNIT)).rejects.toMatchObject({ reason: "SEAL_UNKNOWN" });
  });

  test("begun again after its process ended in between it changes no list twice", async () => {
    await removeChanges();
    const { entries, changes } = await directClient(await start(), ListService).listListEntries({ division: COUNTY });
    expect(changes).toBe(1n);
    expect(entries.map(({ itemCode }) => itemCode)).toEqual(["A", "B"]);
  });

  test("it is done once: what is opened later may not be issued before it is put on the list", async () => {
    await putOpenings([{ itemCode: "A", opensOn: "2026-03-01", forUnits: false, department: OTHER }]);
    const running = await start();
    expect(await effective(running, "440115")).toEqual([]);
    await expect(terms(running, "A", OTHER)).rejects.toMatchObject({
      reason: "ITEM_NOT_OPENED",
      fields: [{ field: "item_code", description: expect.stringContaining("obligatory list") }],
    });
  });

  test("a carried entry is ended where the node keeps no list of its own, and issuing ends with it", async () => {
    const running = await start();
    const end = { itemCode: "A", target: COUNTY, end: true, until: YESTERDAY };
    const change = { id: randomUUID(), division: COUNTY, lines: [end] };
    await directClient(running, ListService).setUpList({ change });
    await expect(terms(running, "A", BUREAU)).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
    await expect(terms(running, "A", UNIT)).rejects.toMatchObject({ reason: "SEAL_UNKNOWN" });
    await expect(directClient(running, ListService).setUpList({ change })).resolves.toMatchObject({
      change: { state: ListChangeState.PUBLISHED },
    });
  });

  test("a change that was decided and not carried out is carried out at the next start, once", async () => {
    const changes = await house.runtime.store.collection<ListChangeDocument>(LIST_CHANGES);
    const step = { name: "", department: "", division: "", at: "2026-11-24T00:00:00Z", remark: "" };
    await changes.insert({
      ...{ _id: "decided-1", revision: 1, division: "440000", state: "publishing", preparedAt: step.at },
      lines: [{ end: false, itemCode: "A", target: "440000", levels: ["city"], departments: [], from: DAY }],
      steps: [
        { ...step, action: "prepare", account: "a" },
        { ...step, action: "publish", account: "b" },
      ],
    });
    for (const _ of [1, 2]) {
      const running = await start();
      const { changes: made } = await directClient(running, ListService).listListEntries({ division: "440000" });
      expect(made).toBe(1n);
      expect(await effective(running, "440100")).toMatchObject([{ causes: [{ kind: ListCauseKind.DESIGNATED }] }]);
    }
    expect((await changes.get("decided-1"))?.state).toBe("published");
  });

  test("another process learns of a change 2 s later at most, whether it knew the list or that there was none (4.4.1)", async () => {
    const running = await start();
    let clock = 0;
    const ending = new AbortController();
    const { signal } = ending;
    const other = { ...house.runtime, replica: "b", signal, monotonic: () => clock };
    const replica = await catalogService.start(other);
    const isThere = async () => (await effective(replica, "440000")).length === 1;
    const changeOf = (more: object = {}) => {
      const lines = [{ itemCode: "A", target: "440000", from: DAY, ...more }];
      return { change: { id: randomUUID(), division: "440000", lines } };
    };
    const staff = (account: string) =>
      directClient(running, ListService, {
        ...{ kind: "staff", node: "440000", account, name: account, department: BUREAU, division: "440000" },
        roles: ["catalogAdministrator"],
      });
    expect(await isThere()).toBe(false);
    const { change } = await staff("li").prepareListChange(changeOf());
    await staff("chen").publishListChange({ id: change?.id ?? "", sha256: change?.sha256 ?? "" });
    expect(await isThere()).toBe(false);
    clock += FRESH_MS;
    expect(await isThere()).toBe(true);
    await directClient(running, ListService).setUpList(changeOf({ end: true, until: YESTERDAY }));
    clock += FRESH_MS;
    expect(await isThere()).toBe(false);
    expect(FRESH_MS).toBeLessThan(5_000);
    ending.abort();
    await replica.stop();
  });
});
