import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventKind, PendingEventSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../store/port.ts";
import { FIRST_PREVIOUS } from "../wire/signed-event.ts";
import { openOutgoing } from "./open-outgoing.ts";
import type { Outgoing, OutgoingParts } from "./outgoing.ts";
import { OUTGOING, type OutgoingRow } from "./outgoing-rows.ts";

const event = (key: string) =>
  create(PendingEventSchema, { key, kind: EventKind.CERTIFICATE_CHANGED, revision: 1n, payload: Buffer.from(key) });

/** The store with some methods of its collections overridden. */
function overriding(store: Store, of: (collection: Collection<Stored>) => Partial<Collection<Stored>>): Store {
  const collection = async (spec: CollectionSpec) => {
    const opened = await store.collection<Stored>(spec);
    return Object.assign(Object.create(opened), of(opened));
  };
  return Object.assign(Object.create(store), { collection });
}

describe.each(await bothEngines())("numbers for a peer on $name", (engine) => {
  let house: TestRuntime;
  let remove: () => Promise<void>;
  let outgoing: Outgoing;
  beforeEach(async () => {
    const opened = await engine.open();
    remove = opened.remove;
    house = await openTestRuntime({ service: "sync", store: opened.store });
    outgoing = await open();
  });
  afterEach(async () => {
    await house.close();
    await remove();
  });

  const open = (peer = "440000", more: Partial<OutgoingParts> = {}) =>
    openOutgoing({ ...house.runtime, node: "440100", peer, ...more });
  /** Another process of the node. */
  const another = (store: Store, kept?: number) => open("440000", { store, ...(kept !== undefined && { kept }) });
  const numbers = async () => {
    const collection = await house.runtime.store.collection<OutgoingRow>(OUTGOING);
    const { items } = await collection.query({ index: "number", equals: ["440000"], limit: 1_000 });
    return items.map(({ number }) => number);
  };
  /** Numbers, confirms and forgets events one after the other. */
  async function through(of: Outgoing, keys: readonly string[]): Promise<OutgoingRow[]> {
    const rows: OutgoingRow[] = [];
    for (const key of keys) {
      const row = await assign(key, of);
      await of.confirm(row);
      await of.forget([row]);
      rows.push(row);
    }
    return rows;
  }
  const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `e${index + 1}`);
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

  test("another event under the key of a confirmed one gets a number of its own, and is not taken for confirmed", async () => {
    await assign("a");
    const first = await assign("b");
    await outgoing.confirm(first);
    await outgoing.forget([first]);
    const other = { ...event("b"), payload: Buffer.from("of an older copy of its owner") };
    const row = await (await open()).assign("issue", other);
    expect(row).toMatchObject({ number: 3, previous: first.digest });
    expect(row.confirmed).toBeUndefined();
    await outgoing.confirm(row);
    expect(await outgoing.assign("issue", other)).toMatchObject({ number: 3, confirmed: true });
    expect((await assign("c")).previous).toBe(row.digest);
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

  test.each([0, 3, 1_024])("a process with an old memory gives no number again, with %i rows kept", async (kept) => {
    const [one, other] = [await another(house.runtime.store, kept), await another(house.runtime.store, kept)];
    const given = await through(one, keysOf(10));
    const row = await assign("k", other);
    expect(row).toMatchObject({ number: 11, previous: given.at(-1)?.digest });
    expect(await assign("k", one)).toEqual(row);
  });

  test("a process that stands still while it gives a number gives none that another gave meanwhile and forgot", async () => {
    const [one] = [await another(house.runtime.store, 3)];
    const [inserting, resume] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const frozen = overriding(house.runtime.store, (collection) => ({
      async insertInOrder(documents) {
        inserting.resolve();
        await resume.promise;
        return collection.insertInOrder(documents);
      },
    }));
    const standing = await another(frozen);
    const late = Promise.all(["k", "l"].map((key) => assign(key, standing)));
    await inserting.promise;
    const given = await through(one, keysOf(10));
    resume.resolve();
    const [row, behind] = await late;
    expect(row).toMatchObject({ number: 11, previous: given.at(-1)?.digest });
    expect(behind).toMatchObject({ number: 12, previous: row?.digest });
    expect(await assign("k", one)).toEqual(row);
    expect((await assign("next", one)).previous).toBe(behind?.digest);
  });

  test("where another process comes in between, those behind it get numbers behind its own", async () => {
    const [one, other] = [await another(house.runtime.store), await open()];
    let between: OutgoingRow | undefined;
    const frozen = overriding(house.runtime.store, (collection) => ({
      async insertInOrder(documents) {
        // The other gives the number of the second before this one does.
        const stored = await collection.insertInOrder(documents.slice(0, 1));
        between ??= await assign("between", other);
        return stored + (await collection.insertInOrder(documents.slice(1)));
      },
    }));
    const standing = await another(frozen);
    const rows = await Promise.all(["a", "b", "c"].map((key) => assign(key, standing)));
    expect(between?.number).toBe(2);
    expect(rows.map(({ number }) => number)).toEqual([1, 3, 4]);
    expect(rows[1]?.previous).toBe(between?.digest);
    expect(await numbers()).toEqual([1, 2, 3, 4]);
    expect((await assign("next", one)).previous).toBe(rows[2]?.digest);
  });

  test("a process that stands still behind its write keeps the number when others follow from it", async () => {
    const inserted = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    const frozen = overriding(house.runtime.store, (collection) => ({
      async insertInOrder(documents) {
        const stored = await collection.insertInOrder(documents);
        inserted.resolve();
        await resume.promise;
        return stored;
      },
    }));
    const late = assign("k", await another(frozen));
    await inserted.promise;
    await through(outgoing, keysOf(3));
    resume.resolve();
    expect((await late).number).toBe(1);
    expect(await numbers()).toEqual([1, 2, 3, 4]);
  });

  test("rows of confirmed events stay near the highest number, and go when it is far beyond", async () => {
    await through(await another(house.runtime.store, 3), keysOf(10));
    expect(await numbers()).toEqual([7, 8, 9, 10]);
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
    const reopened = await another(house.runtime.store, 0);
    const fresh = await assign("d", reopened);
    await reopened.sweep("issue", new Set(["b"]));
    const again = await open();
    // A swept event that came once more would be numbered anew.
    expect((await assign("b", again)).number).toBe(2);
    expect((await again.assign("catalog", event("x"))).number).toBe(4);
    expect((await assign("d", again)).number).toBe(fresh.number);
    expect((await assign("a", again)).number).toBe(6);
  });

  test("a count goes on behind a number that the peer has seen; what is pending gets numbers anew", async () => {
    await outgoing.confirm(await assign("a"));
    const lost = await assign("b");
    expect(await outgoing.mark()).toEqual({ number: 2, digest: lost.digest });
    const seen = "e".repeat(64);
    await outgoing.continueFrom(9, seen);
    expect(await outgoing.mark()).toEqual({ number: 9, digest: seen });
    expect(await (await open()).mark()).toEqual({ number: 9, digest: seen });
    expect(await assign("b")).toMatchObject({ number: 10, previous: seen });
    expect(await assign("a")).not.toHaveProperty("confirmed");
    expect(await outgoing.digestAt(9)).toBe(seen);
    expect(await outgoing.digestAt(11)).toBe((await outgoing.mark()).digest);
  });

  test("a count never goes back: that of another history goes on behind its own, and knows no digest there", async () => {
    for (const key of ["a", "b", "c"]) await assign(key);
    await outgoing.continueFrom(1, "e".repeat(64));
    expect(await outgoing.mark()).toEqual({ number: 3, digest: "" });
    const reopened = await open();
    expect(await assign("c", reopened)).toMatchObject({ number: 4, previous: FIRST_PREVIOUS });
    expect((await assign("a", reopened)).number).toBe(5);
  });

  test("a count whose last number the peer has for another event goes on behind that", async () => {
    for (const key of ["a", "b"]) await assign(key);
    await outgoing.continueFrom(2, "e".repeat(64));
    expect(await outgoing.mark()).toEqual({ number: 2, digest: "e".repeat(64) });
    expect(await assign("b", await open())).toMatchObject({ number: 3, previous: "e".repeat(64) });
  });

  test.each([
    ["a number ahead", 9, "e".repeat(64), 9],
    ["its own last number, which is another event's", 5, "e".repeat(64), 5],
    ["its own last number, behind one that is another event's", 3, "", 5],
  ])("going on behind %s is whole though it is killed at any write", async (_, number, digest, highest) => {
    for (const key of keysOf(5)) await assign(key);
    const confirmed = await assign("e2");
    for (let writes = 0, whole = false; !whole; writes++) {
      let left = writes;
      const die = () => {
        if (left-- <= 0) throw new Error("killed");
      };
      const dying = overriding(house.runtime.store, (collection) => ({
        async insert(document) {
          die();
          await collection.insert(document);
        },
        async replace(document) {
          die();
          return collection.replace(document);
        },
        async remove(id, revision) {
          die();
          // A receipt that comes late writes between the reading of a row and its removal.
          if (id === confirmed._id) await outgoing.confirm(confirmed);
          return collection.remove(id, revision);
        },
      }));
      whole = await (await another(dying)).continueFrom(number, digest).then(
        () => true,
        () => false,
      );
      expect((await (await open()).mark()).number).toBeGreaterThanOrEqual(5);
      // Whoever begins again finds what shows that it is needed: rows go from the highest down.
      const rows = await numbers();
      if (!whole && rows.includes(4)) expect(rows).toContain(3);
    }
    expect(await (await open()).mark()).toEqual({ number: highest, digest });
    const anew = await open();
    for (const [index, key] of keysOf(5).entries()) expect((await assign(key, anew)).number).toBe(highest + index + 1);
  });

  test("what waits under a number that the peer is beyond gets another; what is confirmed, higher or last keeps its own", async () => {
    const [a, b, c, d] = (await Promise.all(["a", "b", "c", "d"].map((key) => assign(key)))) as [
      OutgoingRow,
      OutgoingRow,
      OutgoingRow,
      OutgoingRow,
    ];
    await outgoing.confirm(b);
    expect(await outgoing.renumber(2)).toBe(1);
    expect(await assign("a")).toMatchObject({ number: 5, previous: d.digest });
    expect(await assign("b")).toMatchObject({ number: 2, confirmed: true });
    expect(await assign("c")).toEqual(c);
    expect(await outgoing.renumber(9)).toBe(2);
    expect((await assign("a")).number).toBe(5);
    expect((await assign("c")).number).toBe(6);
    expect(a.number).toBe(1);
  });
});
