import { create, toBinary } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { DepartmentSchema, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type RegistryRecord, RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { HistoryService } from "../../../proto/gen/ecert/event/v1/history_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openSupervisionHouse } from "../../../test/fixtures/supervision-house.ts";
import { Refusal } from "../../domain/refusal.ts";

/** The machine may be busy. */
const PATIENT = { timeout: 20_000, interval: 20 };
const MARKET = "11440106MB9DEM11X6";
const DEPARTMENT = { code: MARKET, name: MARKET, division: "440106" };
const [ENGINE] = await bothEngines();

/** A record as the catalog tells what was there before. */
function past(aggregateId: string, record: RegistryRecord["record"], revision = 3n) {
  const payload = toBinary(RegistryRecordSchema, create(RegistryRecordSchema, { changes: revision, record }));
  const kind = EventKind.REGISTRY_CHANGED;
  const occurredAt = "2026-06-02T02:00:00Z";
  return {
    node: "440100",
    event: { key: `${aggregateId}:${revision}`, kind, aggregateId, revision, payload, occurredAt },
  };
}

const matter = (code: string) =>
  past(`matter/${code}`, {
    case: "matter",
    value: create(MatterSchema, { departmentCode: MARKET, code, name: code, portal: [{ from: "2026-01-02" }] }),
  });

test("4.7 what was there before the service was is counted once, behind a service that was away, and a record that is wrong keeps no other back", async () => {
  const department = { case: "department", value: create(DepartmentSchema, DEPARTMENT) } as const;
  const pages = [
    [past(`department/${MARKET}`, department), matter("M1")],
    [{ ...matter("M9"), event: { ...matter("M9").event, payload: Buffer.from("no message") } }, matter("M2")],
  ];
  const asked: string[] = [];
  let away = true;
  const catalog = {
    async listHistory({ pageToken }: { pageToken: string }) {
      asked.push(pageToken);
      if (pageToken === "second" && away) throw new Refusal("PEER_AWAY", "the catalog is away");
      const [events = []] = pageToken === "second" ? pages.slice(1) : pages;
      return { events, nextPageToken: pageToken === "second" ? "" : "second" };
    },
  };
  const clients = { [`${HistoryService.typeName}@catalog`]: catalog };
  const config = { services: ["supervision", "catalog"] } as const;
  const scene = await openSupervisionHouse(ENGINE as NonNullable<typeof ENGINE>, clients, {
    services: [...config.services],
  });
  onTestFinished(scene.close);
  const coverage = () => scene.asked.getCoverage({});
  await expect.poll(async () => (await coverage()).history[0]?.looked, PATIENT).toBe(2n);
  await expect.poll(async () => (await scene.asked.getRates({ day: "2026-06-30" })).rows.length, PATIENT).toBe(1);
  expect(await scene.asked.getRates({ day: "2026-06-30" })).toMatchObject({ filling: true });
  // An event that is on its way meanwhile is the same record.
  expect(await scene.matter(MARKET, "M1", "", { revision: 3 })).toBe(false);
  away = false;
  await expect.poll(async () => (await coverage()).history[0]?.doneAt, PATIENT).not.toBe("");
  expect((await coverage()).history).toMatchObject([{ service: "catalog", looked: 4n, refused: 1n }]);
  await expect.poll(() => scene.usage(MARKET, "2026-06-30"), PATIENT).toMatchObject({ portal: 2 });
  expect(await scene.usage(MARKET, "2026-01-01")).toMatchObject({ portal: 0 });
  // Of days before the node was counted here less is known, and each figure that rests on it says so.
  const { rows, filling } = await scene.asked.getRates({ day: "2026-06-30" });
  expect([filling, rows[0]?.knownSince]).toMatchObject([false, [{ node: "440100", day: expect.any(String) }]]);
  const period = { from: "2026-06-01", to: "2026-06-30" };
  expect(await scene.asked.getVolumes({ period })).toMatchObject({ rows: [], knownSince: [{ node: "440100" }] });
  expect((await scene.asked.getRates({})).rows[0]?.knownSince).toEqual([]);
  expect(asked.slice(0, 2)).toEqual(["", "second"]);
});
