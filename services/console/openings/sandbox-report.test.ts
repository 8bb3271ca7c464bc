import { expect, test } from "vitest";
import { toldReport } from "./sandbox-report.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const HEAD = { app: "TEST440100-scjg", node: "TEST440100", madeAt: "2026-11-23T02:00:00.000Z" };

test("6.2.4: a report tells all five steps in their order, also those that were not done", () => {
  const done = [{ step: "refused", times: 2, at: "2026-11-23T01:00:00.000Z" }];
  const told = toldReport(bytes({ ...HEAD, done }));
  expect(told?.steps.map(({ step }) => step)).toEqual(["issued", "replaced", "used", "revoked", "refused"]);
  expect(told?.steps.filter((step) => step.done)).toEqual([
    { step: "refused", done: { times: 2, at: "2026-11-23T01:00:00.000Z" } },
  ]);
});

test("what is no report tells nothing", () => {
  for (const other of [bytes(null), bytes({ ...HEAD }), bytes([]), new Uint8Array([0xff, 0xfe])])
    expect(toldReport(other)).toBeUndefined();
});
