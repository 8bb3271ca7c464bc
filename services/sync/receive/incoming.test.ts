import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { Stored } from "../../store/port.ts";
import { FIRST_PREVIOUS } from "../wire/signed-event.ts";
import type { Incoming } from "./incoming.ts";
import { INCOMING } from "./incoming-position.ts";
import { openIncoming } from "./peer-numbers.ts";

/** Comes and is applied at once. */
const pass = (incoming: Incoming, number: number) => {
  const gap = incoming.arrived(number);
  incoming.note(event(number));
  return gap;
};

const event = (number: number, history = "") => ({
  number,
  digest: sha256Hex(`d${number}${history}`),
  previous: number === 1 ? FIRST_PREVIOUS : sha256Hex(`d${number - 1}${history}`),
});

describe("numbers that come from a peer", () => {
  let house: TestRuntime;
  let incoming: Incoming;
  beforeEach(async () => {
    house = await openTestRuntime({ service: "sync" });
    incoming = await openIncoming(house.runtime.store, house.runtime.setAside, "440100");
  });
  afterEach(() => house.close());

  const again = async () => {
    await incoming.flush();
    return openIncoming(house.runtime.store, house.runtime.setAside, "440100");
  };

  test("in order there is no gap, and a repetition is told from news", () => {
    expect([1, 2, 3].map((number) => incoming.note(event(number)))).toEqual(
      [1, 2, 3].map(() => ({ repeated: false, forked: false })),
    );
    expect(incoming.note(event(2))).toMatchObject({ repeated: true });
    expect(incoming).toMatchObject({ through: 3, highest: 3, gaps: 0, open: false });
  });

  test("when one was last applied is known after a restart too, and a repetition is no news", async () => {
    expect(incoming.appliedAt).toBe("");
    incoming.note(event(1), undefined, new Date("2026-11-24T02:00:00Z"));
    incoming.note(event(1), undefined, new Date("2026-11-24T02:05:00Z"));
    expect((await again()).appliedAt).toBe("2026-11-24T02:00:00.000Z");
  });

  test("a gap is told once, stays open, and closes when its numbers come in any order", () => {
    expect(pass(incoming, 1)).toBeUndefined();
    expect(pass(incoming, 4)).toEqual({ from: 2, to: 3 });
    expect(pass(incoming, 5)).toBeUndefined();
    expect(incoming).toMatchObject({ through: 1, highest: 5, gaps: 1, open: true });
    expect(pass(incoming, 3)).toBeUndefined();
    expect(pass(incoming, 2)).toBeUndefined();
    expect(incoming).toMatchObject({ through: 5, highest: 5, gaps: 1, open: false });
  });

  test("events that come in order but are applied out of order are no gap", () => {
    expect([1, 2, 3].map((number) => incoming.arrived(number))).toEqual([undefined, undefined, undefined]);
    for (const number of [3, 1, 2]) expect(incoming.note(event(number))).toEqual({ repeated: false, forked: false });
    expect(incoming).toMatchObject({ through: 3, gaps: 0, open: false });
  });

  test("an event that does not follow from the one before is a fork, also behind a gap that closes", () => {
    incoming.note(event(1));
    expect(incoming.note(event(2, "'")).forked).toBe(true);
    incoming.note(event(4, "'"));
    expect(incoming.note({ ...event(3), previous: "d2'" }).forked).toBe(true);
  });

  test("another event under a number that was applied is a fork", () => {
    incoming.note(event(1));
    expect(incoming.note(event(1, "'"))).toEqual({ repeated: true, forked: true });
  });

  test("before an event is applied, its number is held against what it was applied for, however long ago", async () => {
    for (let number = 1; number <= 1_500; number++) incoming.note(event(number));
    expect(await incoming.check(event(700))).toBe("repeated");
    expect(await incoming.check(event(700, "'"))).toBe("forked");
    const reopened = await again();
    for (const number of [1, 511, 512, 1_024, 1_499, 1_500]) {
      expect(await reopened.check(event(number)), `${number}`).toBe("repeated");
      expect(await reopened.check(event(number, "'")), `${number}`).toBe("forked");
    }
    expect(await reopened.check(event(1_501))).toBe("new");
    expect(await reopened.check(event(1_501, "'"))).toBe("forked");
  });

  test("an event beyond a gap is held against the one that was applied there", async () => {
    incoming.note(event(1));
    incoming.note(event(5));
    expect(await incoming.check(event(5))).toBe("repeated");
    expect(await incoming.check(event(5, "'"))).toBe("forked");
    expect(await incoming.check(event(4))).toBe("new");
    expect(await (await again()).mark()).toEqual({ number: 5, digest: event(5).digest });
  });

  test("of numbers that were applied before digests were kept nothing is said", async () => {
    const collection = await house.runtime.store.collection<Stored>(INCOMING);
    const before = { through: 40, digest: event(40).digest, beyond: [], gaps: 0 };
    await collection.insert({ _id: "440300", revision: 1, ...before } as Stored);
    const old = await openIncoming(house.runtime.store, house.runtime.setAside, "440300");
    expect(await old.check(event(7, "'"))).toBe("repeated");
    expect(await old.check(event(40, "'"))).toBe("forked");
  });

  test("digests that were stored ahead of a position that was lost do no harm", async () => {
    incoming.note(event(1));
    await incoming.flush();
    const collection = await house.runtime.store.collection<Stored>(INCOMING);
    const position = (await collection.get("440100")) as Stored;
    incoming.note(event(2));
    await incoming.flush();
    const { revision } = (await collection.get("440100")) as Stored;
    await collection.replace({ ...position, revision });
    const reopened = await openIncoming(house.runtime.store, house.runtime.setAside, "440100");
    expect(await reopened.check(event(2))).toBe("new");
    expect(reopened.note(event(2))).toEqual({ repeated: false, forked: false });
  });

  test("a node that was brought forward goes on behind the number that its peer holds a receipt for", async () => {
    incoming.note(event(1));
    incoming.note(event(9));
    await incoming.continueFrom(7, event(7).digest);
    expect(incoming).toMatchObject({ through: 7, highest: 9, open: true });
    const reopened = await again();
    expect(await reopened.check(event(7, "'"))).toBe("forked");
    expect(await reopened.check(event(4, "'"))).toBe("repeated");
    expect(reopened.note(event(8))).toEqual({ repeated: false, forked: false });
    expect(reopened.through).toBe(9);
    await reopened.continueFrom(20, "");
    expect(await reopened.check(event(21, "'"))).toBe("new");
    await reopened.continueFrom(3, "");
    expect(reopened.through).toBe(20);
  });

  test("the position survives the process, with what lies beyond a gap", async () => {
    for (const number of [1, 2, 5]) pass(incoming, number);
    const reopened = await again();
    expect(reopened).toMatchObject({ through: 2, highest: 5, gaps: 1, open: true });
    reopened.note(event(3));
    reopened.note(event(4));
    expect(reopened).toMatchObject({ through: 5, open: false });
  });

  test("two processes that overlap add up what either has applied", async () => {
    incoming.note(event(1));
    const other = await again();
    incoming.note(event(2));
    await incoming.flush();
    other.note(event(3));
    await other.flush();
    expect(await openIncoming(house.runtime.store, house.runtime.setAside, "440100")).toMatchObject({
      through: 3,
      highest: 3,
      open: false,
    });
  });

  test("settling gives up missing numbers; the next follow from the highest", () => {
    incoming.note(event(1));
    incoming.note(event(4));
    expect(incoming.settle()).toBe(true);
    expect(incoming).toMatchObject({ through: 4, open: false });
    expect(incoming.note(event(5))).toEqual({ repeated: false, forked: false });
    expect(incoming.settle()).toBe(false);
  });

  test("what is remembered beyond a gap is bounded", () => {
    pass(incoming, 1);
    for (let number = 3; number <= 5_000; number++) pass(incoming, number);
    expect(incoming.gaps).toBe(1);
    expect(incoming.through).toBeGreaterThan(4_000);
  });
});
