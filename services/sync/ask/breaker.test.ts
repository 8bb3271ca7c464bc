import { beforeEach, describe, expect, test } from "vitest";
import type { Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import { limitBytesInFlight } from "../send/bytes-in-flight.ts";
import { type Breaker, createBreaker } from "./breaker.ts";

describe("a peer that does not answer", () => {
  let time = 0;
  let asked = 0;
  let breaker: Breaker;
  beforeEach(() => {
    time = 0;
    asked = 0;
    breaker = createBreaker("440100", 3, 1_000, () => time);
  });

  const away = () => {
    asked += 1;
    return Promise.reject(new Refusal("DEADLINE_EXCEEDED", "no answer"));
  };
  const failing = () => breaker.call(away).catch((error: Refusal) => error.reason);

  test("is not asked again for a while after three failures in a row", async () => {
    expect([await failing(), await failing(), await failing()]).toEqual(Array(3).fill("DEADLINE_EXCEEDED"));
    expect(await failing()).toBe("PEER_AWAY");
    expect(asked).toBe(3);
  });

  test("is tried by one call when the while is over, and asked again once it answers", async () => {
    for (let call = 0; call < 3; call++) await failing();
    time = 1_000;
    expect(await Promise.all([failing(), failing()])).toEqual(["DEADLINE_EXCEEDED", "PEER_AWAY"]);
    time = 2_000;
    expect(await breaker.call(async () => "here")).toBe("here");
    expect(await failing()).toBe("DEADLINE_EXCEEDED");
  });

  test.each<Reason>([
    "STORE_FULL",
    "NODE_BEHIND",
    "CLOCK_WRONG",
    "OVERLOADED",
    "RATE_EXCEEDED",
    "STORE_AWAY",
    "INTERNAL",
  ])("that cannot serve now (%s) counts like one that is away", async (reason) => {
    const refusing = () => breaker.call(() => Promise.reject(new Refusal(reason, "not now")));
    for (let call = 0; call < 3; call++) await expect(refusing()).rejects.toMatchObject({ reason });
    await expect(refusing()).rejects.toMatchObject({ reason: "PEER_AWAY" });
  });

  test("has answered where it says which others cannot be asked: one question about a city that is away spares nobody the province", async () => {
    const metadata = { nodes: "440300" };
    const refusing = () => breaker.call(() => Promise.reject(new Refusal("PEER_AWAY", "others", { metadata })));
    for (let call = 0; call < 4; call++) await expect(refusing()).rejects.toMatchObject({ metadata });
    expect(await breaker.call(async () => "here")).toBe("here");
  });

  test("has answered where it refuses: that does not count", async () => {
    const refusing = () => Promise.reject(new Refusal("CERTIFICATE_UNKNOWN", "no such certificate"));
    await failing();
    await failing();
    await expect(breaker.call(refusing)).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    await failing();
    await failing();
    expect(asked).toBe(4);
  });
});

describe("bytes in flight", () => {
  test("are bounded, in the order asked, and one large want is let in alone", async () => {
    const budget = limitBytesInFlight(10);
    const entered: string[] = [];
    const take = (name: string, bytes: number) => budget.take(bytes).then(() => entered.push(name));
    take("a", 6);
    take("b", 6);
    take("c", 1);
    await Promise.resolve();
    expect(entered).toEqual(["a"]);
    budget.give(6);
    take("huge", 100);
    await Promise.resolve();
    expect(entered).toEqual(["a", "b", "c"]);
    budget.give(6);
    budget.give(1);
    await Promise.resolve();
    expect(entered).toEqual(["a", "b", "c", "huge"]);
  });
});
