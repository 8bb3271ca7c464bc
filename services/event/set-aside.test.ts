import { describe, expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../test/fixtures/runtime.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Stored } from "../store/port.ts";
import { createRowReader } from "./row-reader.ts";
import { setAsideHandlers } from "./set-aside-routes.ts";
import { causeOf, contentOf, rowOf, SET_ASIDE, type SetAsideEntry, type SetAsideRow } from "./set-aside-row.ts";
import { NODE_CONTENT_ROWS, openSetAside } from "./stored-set-aside.ts";

const entry = (more: Partial<SetAsideEntry> = {}): SetAsideEntry => ({
  place: "registry",
  source: "things",
  key: "one",
  reason: "RECORD_UNREADABLE",
  detail: "cannot be read: SyntaxError",
  ...more,
});

async function open(rows?: number) {
  const test = await openTestRuntime({ service: "catalog" });
  onTestFinished(() => test.close());
  const told: { level: string; message: string }[] = [];
  const counted: string[] = [];
  const gauges = new Map<string, number>();
  const note = (level: string) => (_fields: object, message: string) => void told.push({ level, message });
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  const metrics = {
    count: (name: string) => void counted.push(name),
    observe: () => {},
    gauge: (name: string, value: number, labels = {}) => void gauges.set(`${name} ${Object.values(labels)}`, value),
  };
  const { store, evidence, now } = test.runtime;
  const setAside = await openSetAside({ store, evidence, now, log, metrics }, rows);
  const list = async () => (await setAside.list(100, "")).items;
  return { ...test, setAside, told, counted, gauges, list };
}

describe("what is set aside", () => {
  test("is kept once, however often it is met, with one line of the log, one of evidence, and a gauge", async () => {
    const { setAside, told, evidence, gauges, list } = await open();
    for (let met = 0; met < 5; met++) await setAside.put(entry());
    await setAside.put(entry({ place: "outbox" }));
    expect((await list()).map(({ place, key, tries }) => [place, key, tries])).toHaveLength(2);
    expect(told.filter(({ level }) => level === "error")).toHaveLength(2);
    expect(evidence.map(({ kind }) => kind)).toEqual(["set-aside", "set-aside"]);
    expect([gauges.get("set_aside registry"), gauges.get("set_aside outbox")]).toEqual([1, 1]);
    expect(setAside.notices()).toEqual(["set aside: outbox 1, registry 1"]);
  });

  test("is kept twice where two contents came under one key of the inbox, and once elsewhere, with the newest", async () => {
    const { setAside, list } = await open();
    const contents = ["first", "second"].map((text) => Buffer.from(text));
    for (const content of contents) await setAside.put(entry({ place: "inbox", node: "440200", content }));
    for (const content of contents) await setAside.put(entry({ node: "440200", content }));
    const kept = (await list()).map(({ place, content }) => [place, Buffer.from(content ?? "", "base64").toString()]);
    expect(kept.sort()).toEqual([
      ["inbox", "first"],
      ["inbox", "second"],
      ["registry", "second"],
    ]);
    expect(await setAside.ofNode("440200")).toMatchObject({ count: 3, oldest: "one" });
  });

  test("loses its content beyond 256 KiB, and keeps the digest", async () => {
    const { setAside, list } = await open();
    await setAside.put(entry({ content: Buffer.alloc((256 << 10) + 1) }));
    expect((await list())[0]).toMatchObject({ contentSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await list())[0]).not.toHaveProperty("content");
  });

  test("is counted and logged, and no longer kept, beyond the limit; readers go on", async () => {
    const { setAside, told, counted, list } = await open(3);
    for (let key = 0; key < 5; key++) await setAside.put(entry({ key: String(key) }));
    expect(await list()).toHaveLength(3);
    expect(counted).toEqual(["set_aside_dropped", "set_aside_dropped"]);
    expect(told.filter(({ level }) => level === "error")).toHaveLength(5);
  });

  test("of one node is told and cleared whole, however many rows it has", async () => {
    const { setAside, runtime } = await open();
    const collection = await runtime.store.collection<SetAsideRow>(SET_ASIDE);
    const at = new Date("2026-11-24T02:00:00Z");
    const rows = (count: number, more: Partial<SetAsideRow>) =>
      Array.from({ length: count }, (_, row) => {
        const key = `many ${row} of ${JSON.stringify(more)}`;
        return { ...rowOf(entry({ node: "440200", key }), at, true), ...more };
      });
    for (let start = 0; start < 1_201; start += 400)
      await collection.insertMany(rows(1_201, { source: "many" }).slice(start, start + 400));
    await collection.insertMany(rows(700, { key: "same" }));
    await setAside.refresh();
    const { count, keys } = await setAside.keysOf("registry", "many", "440200");
    expect([count, new Set(keys).size]).toEqual([1_201, 1_201]);
    await setAside.cleared(entry({ node: "440200", key: "same" }));
    expect(await collection.count("node", ["440200"])).toBe(1_201);
  });

  test("keeps the content of so many rows of one node and no more, and a retry says which was too large and which had no room", async () => {
    const { setAside, runtime, list } = await open();
    setAside.onRetry("registry", "things", async (row) => void contentOf(row));
    const collection = await runtime.store.collection<SetAsideRow>(SET_ASIDE);
    const content = Buffer.from("text");
    const kept = Array.from({ length: NODE_CONTENT_ROWS }, (_, row) =>
      rowOf(entry({ node: "440200", key: `kept ${row}`, content }), new Date("2026-11-25T02:00:00Z"), true),
    );
    await collection.insertMany(kept);
    await setAside.put(entry({ node: "440200", key: "crowded", content }));
    await setAside.put(entry({ node: "440200", key: "large", content: Buffer.alloc((256 << 10) + 1) }));
    await setAside.put(entry({ node: "440300", key: "other", content }));
    await setAside.put(entry({ key: "own", content }));
    const told: Record<string, unknown> = {};
    for (const { _id, key } of (await list()).filter((row) => row.since < "2026-11-25"))
      told[key] = (await setAside.retry(_id))?.reason;
    expect(told).toEqual({ crowded: "STORE_FULL", large: "TOO_LARGE", other: undefined, own: undefined });
  });

  test("leaves the list when a retry succeeds, and stays with the new reason when it fails", async () => {
    const { setAside, list, gauges } = await open();
    let mended = false;
    setAside.onRetry("registry", "things", async () => {
      if (!mended) throw new Refusal("DATE_RANGE_INVALID", "ends before it begins");
    });
    await setAside.put(entry());
    const { retrySetAside, listSetAside } = setAsideHandlers(setAside);
    const ask = (id: string) => retrySetAside({ id } as never, {} as never);
    const [row] =
      (await listSetAside({ pageSize: 0, pageToken: "", search: "", orderBy: "" } as never, {} as never)).rows ?? [];
    const id = row?.id ?? "";
    expect(await ask(id)).toMatchObject({ done: false, row: { reason: "DATE_RANGE_INVALID", tries: 2 } });
    mended = true;
    expect(await ask(id)).toEqual({ done: true });
    expect(await list()).toEqual([]);
    expect(gauges.get("set_aside registry")).toBe(0);
    await expect(ask(id)).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "id" }] });
  });

  test("stays where nothing reads its source any more", async () => {
    const { setAside } = await open();
    await setAside.put(entry());
    const [row] = (await setAside.list(1, "")).items;
    expect(await setAside.retry(row?._id ?? "")).toMatchObject({ reason: "STATE_CONFLICT" });
  });

  test("is listed in pages, oldest or newest first, and found by what it holds; a damaged token is refused by its field", async () => {
    const { setAside, setNow } = await open();
    for (const [key, time] of [
      ["late", "2026-11-24T03:00:00Z"],
      ["early", "2026-11-24T01:00:00Z"],
    ] as const) {
      setNow(time);
      await setAside.put(entry({ key }));
    }
    const first = await setAside.list(1, "");
    const second = await setAside.list(1, first.next ?? "");
    expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(["early", "late"]);
    const asked = async (search: string, orderBy: string) => {
      const wanted = { pageSize: 0, pageToken: "", search, orderBy };
      const { rows = [] } = await setAsideHandlers(setAside).listSetAside(wanted as never, {} as never);
      return rows.map(({ key }) => key);
    };
    expect(await asked("", "-since")).toEqual(["late", "early"]);
    expect(await asked("LATE", "")).toEqual(["late"]);
    await expect(setAside.list(1, "garbage")).rejects.toMatchObject({ fields: [{ field: "page_token" }] });
  });

  test("may become unreadable itself: the list shows that, and a retry takes it out", async () => {
    const { setAside, runtime, list } = await open();
    await setAside.put(entry());
    const collection = await runtime.store.collection<SetAsideRow>(SET_ASIDE);
    const damaged = { _id: "bad", revision: 1, place: 7, tries: "x", since: "2026-01-01" };
    await collection.insert(damaged as unknown as SetAsideRow);
    await setAside.refresh();
    expect(setAside.notices()).toEqual(["set aside: registry 1, store 1"]);
    const { rows } = await setAsideHandlers(setAside).listSetAside(
      { pageSize: 9, pageToken: "", search: "", orderBy: "" } as never,
      {} as never,
    );
    expect(rows?.map(({ key, reason }) => [key, reason])).toEqual([
      ["bad", "RECORD_UNREADABLE"],
      ["one", "RECORD_UNREADABLE"],
    ]);
    expect(await setAside.retry("bad")).toBeUndefined();
    expect((await list()).map(({ key }) => key)).toEqual(["one"]);
  });
});

describe("a reader of rows", () => {
  interface Thing extends Stored {
    text?: string;
  }

  test("gives all that can be read, sets the others aside, and forgets them once they are mended", async () => {
    const { setAside, runtime, list } = await open();
    const collection = await runtime.store.collection<Thing>({ name: "things", indexes: [] });
    const read = ({ text }: Thing) => JSON.parse(text as string) as number;
    const reader = createRowReader({ setAside, place: "store", source: "things", collection, read });
    const things: Thing[] = ["1", "{", "3"].map((text, index) => ({ _id: `t${index}`, revision: 1, text }));
    await collection.insertMany(things);
    expect(await reader.all(things)).toEqual([1, 3]);
    await expect(reader.one(things[1] as Thing)).rejects.toMatchObject({ reason: "RECORD_UNREADABLE" });
    const [row] = await list();
    expect(row).toMatchObject({ place: "store", source: "things", key: "t1", detail: "cannot be read: SyntaxError" });
    expect(await setAside.retry(row?._id ?? "")).toMatchObject({ tries: 2 });
    await collection.replace({ ...(things[1] as Thing), text: "2" });
    expect(await setAside.retry(row?._id ?? "")).toBeUndefined();
  });

  test("tells what is stored under a key, and what it says where that can be read", async () => {
    const { setAside, runtime, list } = await open();
    const collection = await runtime.store.collection<Thing>({ name: "things", indexes: [] });
    const read = ({ text }: Thing) => JSON.parse(text as string) as number;
    const reader = createRowReader({ setAside, place: "store", source: "things", collection, read });
    const [good, bad] = [
      { _id: "good", revision: 1, text: "1" },
      { _id: "bad", revision: 1, text: "{" },
    ];
    await collection.insertMany([good, bad]);
    expect(await reader.at("good")).toEqual({ stored: good, row: 1 });
    expect(await reader.at("none")).toEqual({ stored: undefined, row: undefined });
    expect(await list()).toEqual([]);
    expect(await reader.at("bad")).toEqual({ stored: bad, row: undefined });
    expect((await list()).map(({ key }) => key)).toEqual(["bad"]);
  });

  test("never tells what it read: parsers quote personal data", () => {
    expect(causeOf(new SyntaxError(`Unexpected token '张', "张三" is not valid JSON`)).detail).not.toContain("张三");
    expect(causeOf(new Error("cannot decode field ecert.catalog.v1.App.name from JSON: 张三"))).toEqual({
      reason: "RECORD_UNREADABLE",
      detail: "cannot be read: Error at ecert.catalog.v1.App.name",
    });
  });
});
