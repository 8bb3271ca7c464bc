import { expect, test } from "vitest";
import type { AppActor } from "../../domain/actor.ts";
import { createAppRate, DEFAULT_CALLS_PER_MINUTE } from "./app-rate.ts";

const START = Date.UTC(2026, 10, 24, 2);
const caller: AppActor = { kind: "app", app: "440100-a", department: "d", node: "440100", scopes: [] };

function open() {
  let time = START;
  return { rate: createAppRate(() => time), at: (ms: number) => (time = START + ms) };
}

test("an app makes as many calls a minute as its token says, each app for itself, and then waits for the next minute", () => {
  const { rate, at } = open();
  const few = { ...caller, callsPerMinute: 2 };
  at(59_000);
  for (let call = 0; call < 2; call++) rate.admit(few);
  expect(() => rate.admit(few)).toThrow(expect.objectContaining({ reason: "RATE_EXCEEDED", retryAfterMs: 1_000 }));
  rate.admit({ ...few, app: "440100-b" });
  expect([rate.callsOf("440100-a"), rate.callsOf("440100-b"), rate.callsOf("440100-c")]).toEqual([2, 1, 0]);
  at(60_000);
  expect(rate.callsOf("440100-a")).toBe(0);
  expect(() => rate.admit(few)).not.toThrow();
});

test("a token that says nothing has the default of the contract, 6,000", () => {
  const { rate } = open();
  expect(DEFAULT_CALLS_PER_MINUTE).toBe(6_000);
  for (let call = 0; call < 6_000; call++) rate.admit(caller);
  expect(() => rate.admit(caller)).toThrow(expect.objectContaining({ reason: "RATE_EXCEEDED" }));
});

test("services, nodes and people are not counted here", () => {
  const { rate } = open();
  for (let call = 0; call < 7_000; call++) rate.admit({ kind: "service", node: "440100", name: "usage" });
  expect(rate.callsOf("usage")).toBe(0);
});
