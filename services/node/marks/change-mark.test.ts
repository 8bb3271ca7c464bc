import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import type { Store, Stored } from "../../store/port.ts";
import { type ChangeMark, LOOK_MS, openChangeMark, SETTLED_MS } from "./change-mark.ts";
import { markedCollection } from "./marked-collection.ts";
import { tellMark } from "./tell-mark.ts";

const SPEC = { name: "test_mark", indexes: [] };
const log = { warn: vi.fn() };

describe.each(await bothEngines())("the mark of what answers rest on, on $name", ({ open }) => {
  let store: Store;
  let now: number;
  let stop: AbortController;
  let mark: ChangeMark;

  const another = (signal = stop.signal) => openChangeMark({ store, spec: SPEC, monotonic: () => now, log, signal });

  beforeEach(async () => {
    const opened = await open();
    store = opened.store;
    stop = new AbortController();
    now = 0;
    mark = await another();
    onTestFinished(() => opened.remove());
  });
  afterEach(() => stop.abort());

  /** Lets so much time pass that what is told is read anew, and nothing is young any more. */
  const settled = async (of = mark) => {
    now += LOOK_MS;
    await of.told();
    now += SETTLED_MS;
    return of.told();
  };
  const behind = (of = mark) => vi.waitFor(async () => expect((await of.told()).mark).not.toBe(""));

  test("is the same while nothing changes, also for another process and after a restart, and another one behind each change", async () => {
    const first = await settled();
    expect(first).toMatchObject({ settled: true });
    expect(await settled(await another())).toEqual(first);
    await mark.during(async () => {});
    await behind();
    const second = await settled();
    expect(second.mark).not.toBe(first.mark);
    expect(await settled(await another())).toEqual(second);
  });

  test("tells nothing to keep while a write runs, and until the mark was raised behind it", async () => {
    const told = await mark.during(() => mark.told());
    expect(told).toEqual({ mark: "", settled: false });
    expect(await mark.told()).toEqual({ mark: "", settled: false });
    await behind();
    expect(await mark.told()).toMatchObject({ settled: false });
  });

  test("is raised before the write: where the writer is killed in the middle, others tell another mark that has not settled", async () => {
    const other = await another();
    const before = await settled(other);
    const killed = new AbortController();
    const writer = await another(killed.signal);
    await writer.during(async () => killed.abort());
    now += LOOK_MS;
    const after = await other.told();
    expect(after.mark).not.toBe(before.mark);
    expect(after.settled).toBe(false);
    now += SETTLED_MS - 1;
    expect((await other.told()).settled).toBe(false);
    now += 1;
    expect((await other.told()).settled).toBe(true);
  });

  test("is raised again and again while a write takes long: it has not settled when that is there at last", async () => {
    const other = await another();
    let there = () => {};
    const slow = mark.during(() => new Promise<void>((resolve) => (there = resolve)));
    await vi.waitFor(async () => expect((await settled(other)).mark).not.toBe(""));
    const begun = (await settled(other)).mark;
    await vi.waitFor(async () => expect((await settled(other)).mark).not.toBe(begun), { timeout: 15_000 });
    there();
    await slow;
  });

  test("a write whose outcome is open counts as one that took place", async () => {
    const before = await settled();
    await expect(mark.during(() => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
    await behind();
    expect((await settled()).mark).not.toBe(before.mark);
  });

  test("every write of a marked collection raises it, and no read does", async () => {
    const plain = await store.collection<Stored>({ name: "test_rows", indexes: [] });
    const rows = markedCollection(plain, mark);
    const other = await another();
    const writes = [
      () => rows.insert({ _id: "a", revision: 1 }),
      () => rows.insertMany([{ _id: "b", revision: 1 }]),
      () => rows.insertInOrder([{ _id: "c", revision: 1 }]),
      () => rows.replace({ _id: "a", revision: 1 }),
      () => rows.replaceMany([{ _id: "a", revision: 2 }]),
      () => rows.remove("b", 1),
    ];
    for (const write of writes) {
      const before = await settled(other);
      await write();
      await behind();
      expect((await settled(other)).mark).not.toBe(before.mark);
    }
    const before = await settled(other);
    await rows.get("a");
    await rows.getMany(["a"]);
    expect(await settled(other)).toEqual(before);
    expect(await plain.get("a")).toBeDefined();
  });

  test("who waits is told at once when a change begins, and by what the store says when another process raised it", async () => {
    const call = { signal: stop.signal };
    const ended = stop.signal;
    const { mark: knownMark } = await settled();
    const asked = (of: ChangeMark) =>
      tellMark({ told: () => of.told(), mark: of, ended }, { knownMark, waitMs: 10_000 }, call);
    const other = await another();
    await settled(other);
    const [here, there] = [asked(mark), asked(other)];
    await mark.during(async () => expect((await here).mark).toBe(""));
    now += LOOK_MS;
    expect((await there).mark).not.toBe(knownMark);
  });
});
