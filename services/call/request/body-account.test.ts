import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Refusal } from "../../domain/refusal.ts";
import { BodyAccount } from "./body-account.ts";
import { type ByteBudget, createByteBudget } from "./byte-budget.ts";
import { EnvelopeMeter } from "./envelope-meter.ts";

const LIMITS = {
  bodyMs: 30_000,
  bodyBytesPerSecond: 100,
  bufferedBytes: 60_000,
  bufferedBytesPerAddress: 40_000,
  bodiesPerAddress: 2,
};
let budget: ByteBudget;
let shown: number;
let failures: Refusal[];

beforeEach(() => {
  budget = createByteBudget(LIMITS, { buffered: (bytes) => (shown = bytes) });
  shown = 0;
  failures = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const open = (address = "192.0.2.1") =>
  new BodyAccount({ budget, limits: LIMITS }, address, (one) => failures.push(one));
const bytes = (size: number) => new Uint8Array(size);
const refused = (run: () => void) => {
  try {
    run();
  } catch (error) {
    return error;
  }
};

describe("the memory of requests", () => {
  test("is counted for one address and for all, and given back at the end", () => {
    const [one, two] = [open(), open("192.0.2.2")];
    one.keep(bytes(30_000));
    expect(refused(() => one.keep(bytes(20_000)))).toMatchObject({
      reason: "RATE_EXCEEDED",
      retryAfterMs: 1_000,
      metadata: { limit: "40000", limit_name: "bufferedBytesPerAddress" },
    });
    expect(refused(() => two.keep(bytes(35_000)))).toMatchObject({
      reason: "OVERLOADED",
      retryAfterMs: 1_000,
      metadata: { limit: "60000", limit_name: "bufferedBytes" },
    });
    expect(shown).toBe(30_256);
    one.end();
    one.end();
    two.end();
    expect([shown, budget.held]).toEqual([0, 0]);
  });

  test("is that of the buffers that pieces keep alive, so that small pieces of large buffers cannot hide", () => {
    const account = open();
    account.keep(bytes(16_384).subarray(0, 1));
    const buffer = bytes(16_384);
    account.keep(buffer.subarray(0, 1));
    account.keep(buffer.subarray(1, 2));
    expect(budget.held).toBe(2 * 16_384 + 3 * 256);
    // Whole, it is copied together: only its own bytes stay.
    account.settle(3);
    expect(budget.held).toBe(3);
    account.served(3);
    expect(budget.held).toBe(0);
    account.end();
  });

  test("of an IPv6 network is counted together", () => {
    const one = open("2001:db8::1");
    one.keep(bytes(30_000));
    expect(refused(() => open("2001:db8::2").keep(bytes(30_000)))).toMatchObject({ reason: "RATE_EXCEEDED" });
  });
});

describe("requests that arrive", () => {
  test("have their number for each address; one that is whole makes room", () => {
    const accounts = [open(), open()];
    for (const account of accounts) account.begin();
    expect(refused(() => open().begin())).toMatchObject({
      reason: "RATE_EXCEEDED",
      metadata: { limit_name: "bodiesPerAddress" },
    });
    open("192.0.2.2").begin();
    accounts[0]?.settle(1);
    expect(refused(() => open().begin())).toBeUndefined();
  });

  test("have their time", () => {
    const account = open();
    account.begin();
    for (let second = 0; second < 29; second++) {
      vi.advanceTimersByTime(1_000);
      account.keep(bytes(200));
    }
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(1_100);
    expect(failures).toMatchObject([
      { reason: "DEADLINE_EXCEEDED", metadata: { limit: "30000", limit_name: "bodyMs" } },
    ]);
    account.end();
  });

  test("have a least rate after five seconds", () => {
    const account = open();
    account.begin();
    account.keep(bytes(600));
    vi.advanceTimersByTime(5_900);
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(failures).toMatchObject([{ reason: "DEADLINE_EXCEEDED", metadata: { limit_name: "bodyBytesPerSecond" } }]);
    account.end();
  });

  test("that are whole, or whose call has ended, are not told of time", () => {
    const [whole, ended] = [open(), open()];
    whole.begin();
    ended.begin();
    whole.settle(1);
    ended.end();
    vi.advanceTimersByTime(100_000);
    expect(failures).toEqual([]);
  });
});

describe("a stream of envelopes", () => {
  const envelope = (size: number, flags = 0) =>
    Buffer.concat([Buffer.from([flags, 0, 0, size >> 8, size & 255]), bytes(size)]);

  test("gives the same messages however it is cut", () => {
    const stream = Buffer.concat([envelope(3), envelope(0), envelope(100), envelope(7)]);
    for (const cut of [1, 2, 5, 64, stream.length]) {
      const seen: number[] = [];
      const account = open();
      const meter = new EnvelopeMeter(1_000, account, { piece() {}, message: (_flags, size) => seen.push(size) });
      for (let at = 0; at < stream.length; at += cut) meter.take(new Uint8Array(stream.subarray(at, at + cut)));
      expect(seen).toEqual([3, 0, 100, 7]);
      expect(meter.idle).toBe(true);
      expect(budget.held).toBe(110);
      account.end();
    }
  });

  test("is refused at the head of a message that is too large, and counts a compressed one as what it may become", () => {
    const account = open();
    const meter = new EnvelopeMeter(1_000, account);
    expect(refused(() => meter.take(envelope(1_001).subarray(0, 5)))).toMatchObject({
      reason: "TOO_LARGE",
      metadata: { size: "1001", limit: "1000", limit_name: "bytes" },
    });
    account.end();
    const other = open();
    new EnvelopeMeter(1_000, other).take(envelope(3, 1));
    expect(budget.held).toBe(1_000);
    other.end();
  });
});
