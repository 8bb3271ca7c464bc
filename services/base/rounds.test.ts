import { expect, onTestFinished, test, vi } from "vitest";
import { createRounds } from "./rounds.ts";

test("all who have joined are called together, until they leave; without anybody no timer goes", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const rounds = createRounds(500);
  const called: string[] = [];
  const leave = rounds.join(() => called.push("first"));
  vi.advanceTimersByTime(300);
  const leaveToo = rounds.join(() => called.push("second"));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(200);
  expect(called).toEqual(["first", "second"]);
  leave();
  leave();
  vi.advanceTimersByTime(500);
  expect(called).toEqual(["first", "second", "second"]);
  leaveToo();
  expect(vi.getTimerCount()).toBe(0);
});
