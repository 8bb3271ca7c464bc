import { beforeEach, describe, expect, test } from "vitest";
import { createGiveBack } from "./give-back.ts";

const MIB = 1 << 20;
let used: number;
let time: number;
let collected: number;
let memory: { look(): void };

beforeEach(() => {
  [used, time, collected] = [80 * MIB, 0, 0];
  const collect = () => {
    collected += 1;
    used = 80 * MIB;
  };
  memory = createGiveBack({ used: () => used, monotonic: () => time, collect });
});

test("what has gathered is collected, and little is left alone", () => {
  time = 61_000;
  used = 100 * MIB;
  memory.look();
  expect(collected).toBe(0);
  used = 105 * MIB;
  memory.look();
  expect(collected).toBe(1);
});

test("two collections are a minute apart", () => {
  time = 61_000;
  for (let second = 0; second < 60; second++) {
    used = 200 * MIB;
    memory.look();
    time += 1_000;
  }
  expect(collected).toBe(1);
  used = 200 * MIB;
  memory.look();
  expect(collected).toBe(2);
});

test("what an attack has left is collected sooner", () => {
  time = 11_000;
  used = 2_000 * MIB;
  memory.look();
  expect(collected).toBe(1);
});

test("what lay beside requests that were in use at the last collection is collected when they have gone", () => {
  let live = 400 * MIB;
  const collect = () => {
    collected += 1;
    used = live;
  };
  const attacked = createGiveBack({ used: () => used, monotonic: () => time, collect });
  time = 61_000;
  used = 500 * MIB;
  attacked.look();
  expect([collected, used]).toEqual([1, 400 * MIB]);
  // The requests went to a thread or were let go of; garbage has come in the same time.
  live = 80 * MIB;
  used = 280 * MIB;
  time += 30_000;
  attacked.look();
  expect(collected).toBe(1);
  time += 31_000;
  attacked.look();
  expect([collected, used]).toEqual([2, 80 * MIB]);
  time += 61_000;
  attacked.look();
  expect(collected).toBe(2);
});

test("what is really in use is not collected for again and again: a larger heap may gather more", () => {
  const collect = () => {
    collected += 1;
  };
  used = 800 * MIB;
  const large = createGiveBack({ used: () => used, monotonic: () => time, collect });
  for (time = 61_000; time < 400_000; time += 61_000) {
    used += 30 * MIB;
    large.look();
  }
  expect(collected).toBe(1);
});

describe("a process that has become idle", () => {
  const kinds: boolean[] = [];
  beforeEach(() => {
    kinds.length = 0;
    memory = createGiveBack({
      used: () => used,
      monotonic: () => time,
      collect: (thoroughly) => kinds.push(thoroughly),
      whenIdle: true,
    });
  });
  const looks = (count: number, grown = 0) => {
    for (let look = 0; look < count; look++) {
      used += grown;
      time += 5_000;
      memory.look();
    }
  };

  test("is collected thoroughly after half a minute, once", () => {
    looks(5);
    expect(kinds).toEqual([]);
    looks(100);
    expect(kinds).toEqual([true]);
  });

  test("is so again only when it has had work in between", () => {
    looks(6);
    looks(1, 5 * MIB);
    looks(10);
    expect(kinds).toEqual([true]);
    looks(1);
    expect(kinds).toEqual([true, true]);
  });

  test("is none while something comes at each look", () => {
    looks(4, 5 * MIB);
    expect(kinds).toEqual([]);
  });
});
