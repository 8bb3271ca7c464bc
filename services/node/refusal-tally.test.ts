import { expect, test } from "vitest";
import { openTestRuntime } from "../../test/fixtures/runtime.ts";
import { Refusal } from "../domain/refusal.ts";
import { startRefusalTally } from "./refusal-tally.ts";

const LINES = { kind: "token-refused", member: "app" };
const FROM = "2026-11-24T02:00:00.000Z";
const TO = "2026-11-24T02:01:00.000Z";

test("5.9.5: a thousand guesses become one line for each app, and one for all names of no app", async () => {
  const environment = await openTestRuntime({ service: "catalog", now: FROM });
  const tally = startRefusalTally(environment.runtime, LINES);
  for (let guess = 0; guess < 1_000; guess++) tally.count("440100-a");
  for (let guess = 0; guess < 3; guess++) tally.count(undefined);
  environment.setNow(TO);
  await tally.close();
  expect(environment.evidence).toEqual([
    { kind: "token-refused", body: { app: "440100-a", count: 1_000, from: FROM, to: TO } },
    { kind: "token-refused", body: { app: "unknown", count: 3, from: FROM, to: TO } },
  ]);
  await environment.close();
});

test("what could not be written is counted on", async () => {
  const environment = await openTestRuntime({ service: "catalog", now: FROM });
  const { append } = environment.runtime.evidence;
  let full = true;
  const evidence: typeof environment.runtime.evidence = {
    append: (kind, body) => (full ? Promise.reject(new Refusal("STORE_FULL", "full")) : append(kind, body)),
  };
  const tally = startRefusalTally({ ...environment.runtime, evidence }, LINES);
  tally.count("440100-a");
  await expect(tally.flush()).rejects.toMatchObject({ reason: "STORE_FULL" });
  tally.count("440100-a");
  full = false;
  await tally.close();
  expect(environment.evidence).toMatchObject([{ body: { app: "440100-a", count: 2 } }]);
  await environment.close();
});

test("5.9.5: names beyond what a minute may tell share one line, so that nobody fills the evidence", async () => {
  const environment = await openTestRuntime({ service: "catalog", now: FROM });
  const tally = startRefusalTally(environment.runtime, { ...LINES, most: 2 });
  for (const name of ["a", "b", "c", "d", "b"]) tally.count(name, { app: name, more: 1 });
  await tally.close();
  expect(environment.evidence.map(({ body }) => [body.app, body.count, body.more])).toEqual([
    ["a", 1, 1],
    ["b", 2, 1],
    ["others", 2, undefined],
  ]);
  await environment.close();
});
