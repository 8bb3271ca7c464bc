import { seededNumbers } from "../../services/domain/seeded.ts";

/** What is done to a part of the province. */
export type Deed =
  | "kill"
  | "freeze"
  | "restart"
  | "disk full"
  | "streams wiped"
  | "idle connections"
  | "unproven bodies"
  | "clock ahead"
  | "clock back";

/** What it is done to. `database` is MongoDB's server; with SQLite the store lies on the city's disk. */
export type Part = "core" | "agent" | "driver" | "leaf" | "hub" | "province" | "database";

/** One thing that can happen, and how long it lasts. */
interface Mishap {
  deed: Deed;
  part: Part;
  /** Milliseconds, least and most. */
  lasts: readonly [number, number];
}

/** A mishap as it is dealt. */
export interface Blow {
  deed: Deed;
  part: Part;
  /** Milliseconds of quiet before it. */
  after: number;
  /** Milliseconds that it lasts. */
  lasts: number;
  /** From 0 to 1: which of several processes, where the part has them. */
  which: number;
}

/** What is put back as an older copy of itself between two stretches of load. */
export type Copied = "city" | "province" | "agent" | "city's store";

const NEAR: readonly Mishap[] = [
  { deed: "kill", part: "core", lasts: [0, 1_500] },
  { deed: "kill", part: "agent", lasts: [0, 1_500] },
  { deed: "kill", part: "driver", lasts: [0, 0] },
  { deed: "freeze", part: "core", lasts: [500, 8_000] },
  { deed: "freeze", part: "agent", lasts: [500, 12_000] },
  { deed: "restart", part: "core", lasts: [0, 0] },
  { deed: "disk full", part: "core", lasts: [2_000, 6_000] },
  { deed: "idle connections", part: "core", lasts: [2_000, 5_000] },
  { deed: "unproven bodies", part: "core", lasts: [2_000, 5_000] },
  { deed: "clock ahead", part: "core", lasts: [3_000, 6_000] },
  { deed: "clock back", part: "core", lasts: [3_000, 6_000] },
  { deed: "clock ahead", part: "agent", lasts: [3_000, 6_000] },
];
const FAR: readonly Mishap[] = [
  { deed: "kill", part: "leaf", lasts: [0, 3_000] },
  { deed: "kill", part: "hub", lasts: [0, 3_000] },
  { deed: "kill", part: "province", lasts: [0, 3_000] },
  { deed: "freeze", part: "leaf", lasts: [1_000, 15_000] },
  { deed: "freeze", part: "hub", lasts: [1_000, 20_000] },
  { deed: "freeze", part: "province", lasts: [500, 10_000] },
  { deed: "restart", part: "province", lasts: [0, 0] },
  { deed: "disk full", part: "hub", lasts: [2_000, 8_000] },
  { deed: "streams wiped", part: "hub", lasts: [0, 0] },
  { deed: "unproven bodies", part: "province", lasts: [2_000, 5_000] },
];
const DATABASE: readonly Mishap[] = [
  { deed: "kill", part: "database", lasts: [0, 3_000] },
  { deed: "freeze", part: "database", lasts: [500, 8_000] },
  { deed: "disk full", part: "database", lasts: [2_000, 6_000] },
  { deed: "restart", part: "database", lasts: [0, 0] },
];
const COPIED: readonly Copied[] = ["city", "province", "agent", "city's store"];

/** Lists without an end, drawn from a seed: the same seed gives the same lists, whatever they are dealt to takes. */
export interface Schedule {
  /** Blows to what stands beside the issuing city's core, one after the other. */
  near(): Blow;
  /** Blows to brokers and province, at the same time as those. */
  far(): Blow;
  copied(): Copied;
}

/** Makes the lists of a seed. Each kind comes once before one comes twice. */
export function scheduleOf(seed: number, engine: "sqlite" | "mongodb"): Schedule {
  const near = drawing(seed, engine === "mongodb" ? [...NEAR, ...DATABASE] : NEAR);
  const far = drawing(seed + 1, FAR);
  // A store beside its data directory is another thing only where it lies on another server.
  const copied = drawing(
    seed + 2,
    COPIED.filter((one) => engine === "mongodb" || one !== "city's store"),
  );
  return { near: () => blowOf(near), far: () => blowOf(far), copied: () => copied.draw() };
}

interface Drawing<T> {
  next: () => number;
  draw(): T;
}

function blowOf({ next, draw }: Drawing<Mishap>): Blow {
  const { deed, part, lasts } = draw();
  const [least, most] = lasts;
  return {
    deed,
    part,
    after: Math.floor(next() * 3_000),
    lasts: Math.floor(least + next() * (most - least)),
    which: next(),
  };
}

function drawing<T>(seed: number, all: readonly T[]): Drawing<T> {
  const next = seededNumbers(seed);
  const bag: T[] = [];
  return {
    next,
    draw() {
      if (bag.length === 0) bag.push(...all);
      const [one] = bag.splice(Math.floor(next() * bag.length), 1);
      return one as T;
    },
  };
}
