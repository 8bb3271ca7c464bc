import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { HourTallySchema } from "../../proto/gen/ecert/supervision/v1/tally_pb.ts";
import { bothEngines } from "../../test/fixtures/engines.ts";
import { openTestRuntime } from "../../test/fixtures/runtime.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Collection, CollectionSpec, Stored } from "../store/port.ts";
import { HOUR_INDEXES, type HourDocument, MAX_CELLS, openHourTally } from "./hour-tally.ts";
import { createOutboxBell } from "./outbox.ts";

const SPEC: CollectionSpec = { name: "hours", indexes: HOUR_INDEXES };
const BUREAU = "114401000000990003";
const VERIFIED = { action: "verified", item: "YYZZ", matter: "M1" };

describe.each(await bothEngines())("hours that are counted, on $name (4.7)", (engine) => {
  async function open() {
    const { store, remove } = await engine.open();
    const house = await openTestRuntime({ service: "usage", store, now: "2026-11-24T02:10:00Z" });
    onTestFinished(async () => {
      await house.close();
      await remove();
    });
    const hours = await store.collection<HourDocument>(SPEC);
    const bell = createOutboxBell();
    const tally = (runtime = house.runtime) =>
      openHourTally({ spec: SPEC, kind: EventKind.USES_COUNTED, bell, runtime });
    /** What each event of a document tells. */
    const told = async (id: string) =>
      ((await hours.get(id))?.pending ?? []).map(({ key, payload }) => {
        const { hour, departmentCode, cells } = fromBinary(HourTallySchema, Buffer.from(payload, "base64"));
        const counted = cells.map(({ action, reason, itemCode, count }) => `${action} ${reason || itemCode} ${count}`);
        return [key, hour, departmentCode, ...counted].join(" ");
      });
    return { ...house, tally, told, hours };
  }
  const ID = `2026-11-24T10/${BUREAU}`;

  test("are told when they are over, once, with what all processes counted", async () => {
    const { tally, told, setNow } = await open();
    const [one, other] = [await tally(), await tally()];
    for (let times = 0; times < 3; times++) one.count(BUREAU, VERIFIED);
    other.count(BUREAU, VERIFIED);
    other.count(BUREAU, { action: "refused_use", reason: "USAGE_CODE_SPENT" });
    await Promise.all([one.flush(), other.flush()]);
    setNow("2026-11-24T03:00:29Z");
    await one.flush();
    expect(await told(ID)).toEqual([]);
    setNow("2026-11-24T03:00:30Z");
    await Promise.all([one.flush(), other.flush()]);
    const [event = "", ...more] = await told(ID);
    expect(event).toMatch(new RegExp(`^${ID}:1 2026-11-24T10 ${BUREAU} `));
    expect(event).toContain("verified YYZZ 4");
    expect(event).toContain("refused_use USAGE_CODE_SPENT 1");
    expect(more).toEqual([]);
  });

  test("are told again, whole, where a process adds to one later", async () => {
    const { tally, told, setNow } = await open();
    const [one, late] = [await tally(), await tally()];
    late.count(BUREAU, VERIFIED);
    one.count(BUREAU, VERIFIED);
    await one.flush();
    setNow("2026-11-24T03:01:00Z");
    await one.flush();
    await late.flush();
    expect(await told(ID)).toEqual([
      `${ID}:1 2026-11-24T10 ${BUREAU} verified YYZZ 1`,
      `${ID}:2 2026-11-24T10 ${BUREAU} verified YYZZ 2`,
    ]);
  });

  test("stay small though a caller makes kinds up: what is beyond the limit is counted without its kind, and no sum is wrong", async () => {
    const { tally, hours } = await open();
    const [one, other] = [await tally(), await tally()];
    const refusedFor = (item: string) => ({ action: "refused_make", reason: "ITEM_UNKNOWN", item });
    for (let made = 0; made < MAX_CELLS + 300; made++) one.count(BUREAU, refusedFor(`X${made}`));
    other.count(BUREAU, refusedFor("Y"));
    other.count(BUREAU, refusedFor("X0"));
    await one.flush();
    await other.flush();
    const { counts = {} } = (await hours.get(ID)) ?? {};
    expect(Object.keys(counts)).toHaveLength(MAX_CELLS + 1);
    expect(counts[JSON.stringify(["refused_make", "ITEM_UNKNOWN", "", ""])]).toBe(301);
    expect(counts[JSON.stringify(["refused_make", "ITEM_UNKNOWN", "X0", ""])]).toBe(2);
  });

  test("are told of the node itself though nothing happened, so that silence means that it is cut off", async () => {
    const { tally, told } = await open();
    await (await tally()).flush();
    expect(await told("2026-11-24T09/")).toEqual(["2026-11-24T09/:1 2026-11-24T09 "]);
  });

  test("are added once, though the answer of the store was lost, and nothing is lost while it is away", async () => {
    const scene = await open();
    let faults = ["before", "behind"];
    const faulty = <T extends Stored>(collection: Collection<T>): Collection<T> => ({
      ...collection,
      get: (id) => collection.get(id),
      query: (query) => collection.query(query),
      async insert(document) {
        if (!document._id.endsWith(BUREAU)) return collection.insert(document);
        const fault = faults.shift();
        if (fault !== "before") await collection.insert(document);
        if (fault) throw new Refusal("STORE_AWAY", "the answer is lost");
      },
      replace: (document) => collection.replace(document),
    });
    const { store } = scene.runtime;
    const collection = async (spec: CollectionSpec) => faulty(await store.collection(spec));
    const tally = await scene.tally({ ...scene.runtime, store: { ...store, collection } as typeof store });
    tally.count(BUREAU, VERIFIED);
    for (let times = 0; times < 2; times++) {
      await expect(tally.flush()).rejects.toMatchObject({ reason: "STORE_AWAY" });
      tally.count(BUREAU, VERIFIED);
    }
    faults = [];
    await tally.flush();
    await tally.flush();
    expect(Object.values((await scene.hours.get(ID))?.counts ?? {})).toEqual([3]);
  });
});
