import { readFileSync } from "node:fs";

// Loaded before a program (`--import`): its clock, in every thread, is ahead by the milliseconds that stand in a file, which a test writes.
// What measures time that has passed, and timers, go on as they do where the clock of a host is set.
const file = process.env.ECERT_TEST_CLOCK_FILE ?? "";
const LOOK_MS = 50;
const right = Date.now;
let aheadMs = 0;
let lookedAt = Number.NEGATIVE_INFINITY;

function moved(): number {
  const time = performance.now();
  if (time - lookedAt > LOOK_MS) {
    lookedAt = time;
    aheadMs = Number(readFileSync(file, "utf8"));
  }
  return right() + aheadMs;
}

Date.now = moved;
globalThis.Date = new Proxy(Date, {
  construct: (target, parts) => (parts.length === 0 ? new target(moved()) : Reflect.construct(target, parts)),
});
