import { expect, test } from "vitest";
import { atMost, pause } from "./pause.ts";

const LONG_MS = 60_000;
const forever = new Promise<never>(() => {});

test("a pause ends when its time is over, and when its signal aborts or has aborted before", async () => {
  await pause(1);
  const ending = new AbortController();
  const pausing = [pause(LONG_MS, ending.signal), pause(LONG_MS, ending.signal, { ref: false })];
  ending.abort();
  await Promise.all(pausing);
  await pause(LONG_MS, ending.signal);
});

test("something is waited for until it is done, its time is over or the signal aborts", async () => {
  await atMost(Promise.resolve(), LONG_MS);
  await atMost(forever, 1);
  await atMost(forever, LONG_MS, AbortSignal.abort());
});

test("what fails while it is waited for is thrown", async () => {
  await expect(atMost(Promise.reject(new Error("failed")), LONG_MS)).rejects.toThrow("failed");
});
