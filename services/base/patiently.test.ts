import { expect, test } from "vitest";
import { Refusal } from "../domain/refusal.ts";
import { patiently } from "./patiently.ts";

const away = new Refusal("PEER_AWAY", "not yet");
const { signal } = new AbortController();

test("who cannot be reached yet is asked again", async () => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked < 3) throw away;
    return "here";
  };
  expect(await patiently(ask, 60_000, signal)).toBe("here");
});

test("what is refused otherwise is said at once, and so is silence when the time is over or nobody waits any more", async () => {
  let asked = 0;
  const refusing = (refusal: Refusal) => async () => {
    asked += 1;
    throw refusal;
  };
  await expect(patiently(refusing(new Refusal("TOO_LARGE", "no")), 60_000, signal)).rejects.toThrow("no");
  await expect(patiently(refusing(away), 0, signal)).rejects.toThrow("not yet");
  await expect(patiently(refusing(away), 60_000, AbortSignal.abort())).rejects.toThrow("not yet");
  expect(asked).toBe(3);
});
