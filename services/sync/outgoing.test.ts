import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventKind, PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { openTestRuntime, type TestRuntime } from "../../test/fixtures/runtime.ts";
import { type Outgoing, openOutgoing } from "./outgoing.ts";
import { FIRST_PREVIOUS } from "./signed-event.ts";

const event = (key: string) =>
  create(PendingEventSchema, { key, kind: EventKind.CERTIFICATE_CHANGED, revision: 1n, payload: Buffer.from(key) });

describe("numbers for a peer", () => {
  let house: TestRuntime;
  let outgoing: Outgoing;
  beforeEach(async () => {
    house = await openTestRuntime({ service: "sync" });
    outgoing = await open();
  });
  afterEach(() => house.close());

  const open = (peer = "440000") => openOutgoing({ ...house.runtime, node: "440100", peer });
  const assign = (key: string, to = outgoing) => to.assign("issue", event(key));

  test("they have no gap, though many are asked for at once, and chain event to event", async () => {
    const rows = await Promise.all(["a", "b", "c", "d"].map((key) => assign(key)));
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(rows.map(({ previous }) => previous)).toEqual([
      FIRST_PREVIOUS,
      ...rows.slice(0, 3).map(({ digest }) => digest),
    ]);
  });

  test("an event keeps its number, also in another process", async () => {
    const first = await assign("a");
    await assign("b");
    expect(await assign("a")).toEqual(first);
    const reopened = await open();
    expect(await assign("a", reopened)).toEqual(first);
    expect((await assign("c", reopened)).number).toBe(3);
  });

  test("each peer has a count of its own", async () => {
    await assign("a");
    expect((await assign("a", await open("440300"))).number).toBe(1);
  });

  test("two processes that overlap leave no gap and break no chain", async () => {
    const other = await open();
    const rows = [await assign("a"), await assign("b", other), await assign("c"), await assign("d", other)];
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(rows.slice(1).map(({ previous }) => previous)).toEqual(rows.slice(0, 3).map(({ digest }) => digest));
  });

  test("the count survives though every event is confirmed and forgotten", async () => {
    const rows = await Promise.all(["a", "b"].map((key) => assign(key)));
    for (const row of rows) await outgoing.confirm(row);
    await outgoing.forget(rows);
    const reopened = await open();
    expect(reopened.last).toBe(2);
    expect((await assign("c", reopened)).previous).toBe(rows[1]?.digest);
  });

  test("a confirmed row says so in another process", async () => {
    await outgoing.confirm(await assign("a"));
    expect(await assign("a", await open())).toMatchObject({ number: 1, confirmed: true });
  });

  test("rows whose events their owner no longer has are swept, others stay", async () => {
    for (const key of ["a", "b", "c"]) await assign(key);
    await outgoing.assign("catalog", event("x"));
    const reopened = await open();
    const fresh = await assign("d", reopened);
    await reopened.sweep("issue", new Set(["b"]));
    const again = await open();
    // A swept event that came once more would be numbered anew.
    expect((await assign("b", again)).number).toBe(2);
    expect((await again.assign("catalog", event("x"))).number).toBe(4);
    expect((await assign("d", again)).number).toBe(fresh.number);
    expect((await assign("a", again)).number).toBe(6);
  });
});
