import { expect, test } from "vitest";
import type { DataMessage } from "../../services/domain/message.ts";
import type { JobConfirmation } from "../question.ts";
import { createOfficerSessions } from "./officer-sessions.ts";
import { createWaitingOrders, KEPT_MS, MAX_BYTES, MAX_WAITING, type WaitingOrder } from "./waiting-orders.ts";

const APP = "440100-console-a";
const order = (id: string, pdf = new Uint8Array(8)): WaitingOrder => ({
  ...{ id, numberGiven: false, pdf, core: "core-0", since: new Date(0) },
  message: { metadata: { app: APP } } as DataMessage,
});
const word = { signedAt: "2026-06-01T00:00:00Z" } as JobConfirmation;

test("5.9.5: an order waits a quarter of an hour from when it came last, and its word as long", () => {
  let at = 0;
  const waiting = createWaitingOrders(() => at);
  waiting.keep(order("a"));
  expect(waiting.of(APP).map(({ id }) => id)).toEqual(["a"]);
  expect(waiting.of("440100-console-b")).toEqual([]);
  at = KEPT_MS - 1;
  waiting.keep(order("a"));
  at = KEPT_MS + 1;
  waiting.confirm("a", word);
  expect(waiting.of(APP)).toEqual([]);
  expect(waiting.wordFor("a")).toBe(word);
  at = 2 * KEPT_MS;
  expect(waiting.wordFor("a")).toBeUndefined();
  waiting.confirm("a", word);
  expect(waiting.wordFor("a")).toBeUndefined();
});

test("a core that sends more orders than can wait is refused: it drives none out, and those that are there may come again", () => {
  const waiting = createWaitingOrders(() => 0);
  for (let one = 0; one < MAX_WAITING; one++) waiting.keep(order(String(one)));
  expect(() => waiting.keep(order("more"))).toThrow(expect.objectContaining({ reason: "OVERLOADED" }));
  waiting.keep(order("0"));
  expect(waiting.of(APP)).toHaveLength(MAX_WAITING);
  const large = createWaitingOrders(() => 0);
  const pdf = { length: MAX_BYTES / 2 + 1 } as Uint8Array<ArrayBuffer>;
  large.keep(order("a", pdf));
  expect(() => large.keep(order("b", pdf))).toThrow(expect.objectContaining({ reason: "OVERLOADED" }));
});

test("5.9.2: a challenge is good once and for two minutes; a session ends ten minutes after its last use, and after an hour", () => {
  let at = 0;
  const sessions = createOfficerSessions("440100", () => at);
  const challenge = sessions.challenge();
  expect(sessions.use(challenge)).toBe(true);
  expect(sessions.use(challenge)).toBe(false);
  const old = sessions.challenge();
  at = 120_000;
  expect(sessions.use(old)).toBe(false);
  const officer = { account: "440100-li", name: "李", department: "D" };
  const token = sessions.begin(officer);
  const idle = sessions.begin(officer);
  for (const end = at + 3_600_000; at < end; at += 500_000) expect(sessions.of(token)).toEqual(officer);
  at = 120_000 + 3_600_000;
  expect(sessions.of(token)).toBeUndefined();
  expect(sessions.of(idle)).toBeUndefined();
  const left = sessions.begin(officer);
  sessions.end(left);
  expect(sessions.of(left)).toBeUndefined();
  expect(sessions.of("")).toBeUndefined();
});

test("signing in is refused where too many try at once", () => {
  const sessions = createOfficerSessions("440100", () => 0);
  for (let one = 0; one < 1_000; one++) sessions.challenge();
  expect(() => sessions.challenge()).toThrow(expect.objectContaining({ reason: "OVERLOADED" }));
});
