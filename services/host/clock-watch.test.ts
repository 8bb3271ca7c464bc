import { beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { createClockWatch, type ProcessClock } from "./clock-watch.ts";

const HOUR = 3_600_000;
let wall: number;
let monotonic: number;
let lines: string[];
let shown: Map<string, number>;
let watch: ProcessClock;

/** Time passes for both clocks. */
function pass(ms: number): void {
  wall += ms;
  monotonic += ms;
}

/** The clock is set: only one of them moves. */
function step(ms: number): void {
  wall += ms;
}

function refusal(): Refusal | undefined {
  try {
    watch.require();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

beforeEach(() => {
  wall = Date.parse("2026-11-24T02:00:00Z");
  monotonic = 5_000;
  lines = [];
  shown = new Map();
  watch = createClockWatch({
    now: () => new Date(wall),
    monotonic: () => monotonic,
    toleranceMs: 30_000,
    above: "node 440000",
    log: { error: (_, message) => lines.push(message), info: (_, message) => lines.push(message) },
    onDifference: (source, seconds) => shown.set(source, seconds),
  });
});

describe("what sources tell", () => {
  it("of one source is believed, with difference, source and remedy in the refusal", () => {
    watch.observed("node 440000", -2 * HOUR, 20);
    const refused = refusal();
    expect(refused?.reason).toBe("CLOCK_WRONG");
    expect(refused?.message).toContain("7200 s ahead, by what node 440000 told: set it by NTP; 30 s are allowed");
    expect(refused?.fields[0]).toMatchObject({ field: "clock", remedy: "set the clock of the host by NTP" });
    expect(refused?.retryAfterMs).toBe(5_000);
    expect(watch.notices()).toEqual([expect.stringContaining("7200 s ahead")]);
  });

  it("within the bound stops nothing", () => {
    watch.observed("node 440000", 29_000, 0);
    expect(refusal()).toBeUndefined();
    expect(watch.notices()).toEqual([]);
  });

  it("counts as near as its uncertainty allows", () => {
    watch.observed("node 440000", 50_000, 25_000);
    expect(refusal()).toBeUndefined();
    watch.observed("node 440000", 50_000, 5_000);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
  });

  it("stops nothing where one of three lies, however far", () => {
    watch.observed("node 440000", 0, 10);
    watch.observed("agent mzj", 400, 10);
    watch.observed("agent scj", 90 * 24 * HOUR, 10);
    expect(refusal()).toBeUndefined();
  });

  it("stops where two contradict each other, for nobody can say who lies", () => {
    watch.observed("agent scj", 0, 10);
    watch.observed("agent mzj", HOUR, 10);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
  });

  it("of two, one of them the province, is what the province tells: one agent with a wrong clock stops nothing", () => {
    watch.observed("node 440000", 0, 10);
    watch.observed("agent mzj", HOUR, 10);
    expect(refusal()).toBeUndefined();
    step(2 * HOUR);
    watch.observed("agent mzj", 0, 10);
    expect(refusal()?.message).toContain("7200 s ahead, by what node 440000 told:");
  });

  it("of three counts alike, the province or not", () => {
    watch.observed("node 440000", 0, 10);
    watch.observed("agent mzj", HOUR, 10);
    watch.observed("agent scj", HOUR, 10);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
    // The other two have spoken for the last time long ago.
    pass(601_000);
    watch.observed("node 440000", 0, 10);
    expect(refusal()).toBeUndefined();
  });

  it("is no time where it cannot be read", () => {
    watch.observed("agent mzj", Number.NaN, 10);
    expect(refusal()).toBeUndefined();
  });

  it("is told once in the log, and once that it is over", () => {
    watch.observed("node 440000", HOUR, 10);
    refusal();
    refusal();
    watch.observed("node 440000", 0, 10);
    watch.tick();
    expect(lines).toEqual([expect.stringContaining("3600 s behind"), "the clock is right again"]);
  });

  it("is shown by source until it is ten minutes old", () => {
    watch.observed("node 440000", 2_000, 10);
    watch.tick();
    expect(shown.get("node 440000")).toBe(2);
    pass(601_000);
    watch.tick();
    expect(shown.get("node 440000")).toBeNaN();
  });

  it("may be old where this process stood still, and then does not stop it", () => {
    watch.tick();
    pass(60_000);
    watch.observed("agent mzj", -58_000, 0);
    watch.tick();
    watch.observed("agent scj", -58_000, 0);
    expect(refusal()).toBeUndefined();
    for (let second = 0; second < 6; second++) {
      pass(1_000);
      watch.tick();
    }
    watch.observed("agent mzj", -58_000, 0);
    watch.observed("agent scj", -58_000, 0);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
  });
});

describe("a jump", () => {
  it.each([2 * HOUR, -2 * HOUR])(
    "of %i ms is noticed at once, before any source speaks, and forgotten when undone",
    (by) => {
      pass(60_000);
      expect(refusal()).toBeUndefined();
      step(by);
      expect(refusal()?.message).toContain("by the time that has passed since it was right");
      step(-by);
      expect(refusal()).toBeUndefined();
    },
  );

  it("is judged by what sources told before it", () => {
    watch.observed("node 440000", 0, 10);
    pass(60_000);
    step(-2 * HOUR);
    expect(refusal()?.message).toContain("7200 s behind, by what node 440000 told");
  });

  it("that puts a wrong clock right is none", () => {
    watch.observed("node 440000", -2 * HOUR, 10);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
    step(-2 * HOUR);
    expect(refusal()).toBeUndefined();
  });

  it("is right when a source says so", () => {
    step(HOUR);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
    watch.observed("node 440000", 0, 10);
    expect(refusal()).toBeUndefined();
    pass(900_000);
    expect(refusal()).toBeUndefined();
  });

  it("stays wrong where its sources are silent for longer than they count", () => {
    watch.observed("node 440000", -HOUR, 10);
    pass(900_000);
    expect(refusal()?.reason).toBe("CLOCK_WRONG");
    step(-HOUR);
    expect(refusal()).toBeUndefined();
  });
});

describe("a time that the node has stored", () => {
  it("shows a clock that was set back over a restart", () => {
    watch.stamped(new Date(wall + 2 * HOUR));
    expect(refusal()?.message).toContain("7200 s behind, by the newest time that this node has stored");
  });

  it("gives way to sources that say that the clock is right", () => {
    watch.stamped(new Date(wall + 2 * HOUR));
    watch.observed("node 440000", 0, 10);
    expect(refusal()).toBeUndefined();
  });
});
