import { expect, test } from "vitest";
import { createBell } from "./bell.ts";

const LONG_MS = 60_000;
const never = new AbortController().signal;

test("a ring wakes all who wait", async () => {
  for (const remembers of [true, false]) {
    const bell = createBell({ remembers });
    const sleepers = [bell.wait(LONG_MS, never), bell.wait(LONG_MS, never)];
    bell.ring();
    await Promise.all(sleepers);
  }
});

test("one who waits is woken when the time is over or the signal aborts, by one that was aborted before too", async () => {
  const bell = createBell();
  await bell.wait(1, never);
  const ending = new AbortController();
  const asleep = bell.wait(LONG_MS, ending.signal);
  ending.abort();
  await asleep;
  await bell.wait(LONG_MS, ending.signal);
});

test("a bell that remembers wakes the next sleeper for a ring that nobody heard, once", async () => {
  const bell = createBell();
  bell.ring();
  bell.ring();
  await bell.wait(LONG_MS, never);
  expect(await wakes(bell.wait(LONG_MS, never))).toBe(false);
});

test("a ring that woke somebody is forgotten, and one without memory forgets each", async () => {
  const heard = createBell();
  const asleep = heard.wait(LONG_MS, never);
  heard.ring();
  await asleep;
  expect(await wakes(heard.wait(LONG_MS, never))).toBe(false);
  const forgetful = createBell({ remembers: false });
  forgetful.ring();
  expect(await wakes(forgetful.wait(LONG_MS, never))).toBe(false);
});

/** Whether a sleeper is awake after all that is due now. */
async function wakes(sleeping: Promise<void>): Promise<boolean> {
  let awake = false;
  sleeping.then(() => {
    awake = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return awake;
}
