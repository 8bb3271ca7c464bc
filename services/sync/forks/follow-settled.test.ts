import { expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createFollowSettled } from "./follow-settled.ts";
import { createTellForked } from "./tell-forked.ts";

/** What follows decisions, where each certificate is refused for what `refuses` names. */
async function openScene(refuses = new Map<string, Refusal>()) {
  const { runtime, close } = await openTestRuntime({ service: "sync" });
  const tried: string[] = [];
  const warned: object[] = [];
  const log = { ...runtime.log, warn: (what: object) => void warned.push(what) };
  const following = createFollowSettled({ ...runtime, log }, "440000", async (identifier) => {
    tried.push(identifier);
    const refusal = refuses.get(identifier);
    if (refusal) throw refusal;
    return true;
  });
  const ending = new AbortController();
  const running = following.run(ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await running;
    await close();
  });
  return { runtime, following, tried, warned };
}

test("each certificate that was settled is tried, whatever the ones before were refused for, and each reason is told once", async () => {
  const refuses = new Map([["a", new Refusal("IDENTIFIER_FORKED", "an event waits")]]);
  const { following, tried, warned } = await openScene(refuses);
  following.take(["a", "b"]);
  await expect.poll(() => tried).toEqual(["a", "b"]);
  following.take(["a"]);
  await expect.poll(() => tried).toEqual(["a", "b", "a"]);
  refuses.set("a", new Refusal("STATE_CONFLICT", "its number is another's"));
  following.take(["a"]);
  await expect.poll(() => warned).toMatchObject([{ reason: "IDENTIFIER_FORKED" }, { reason: "STATE_CONFLICT" }]);
});

test("where the province is away all wait until it tells again", async () => {
  const refuses = new Map([["a", new Refusal("PEER_AWAY", "440000 does not answer")]]);
  const { following, tried } = await openScene(refuses);
  following.take(["a", "b"]);
  await expect.poll(() => tried).toEqual(["a"]);
  refuses.clear();
  following.take(["a", "b"]);
  await expect.poll(() => tried).toEqual(["a", "a", "b"]);
});

test("what the issue service still lacks of the province's decisions is followed, and nothing where it cannot be told", async () => {
  const { runtime } = await openScene();
  const taken: (readonly string[])[] = [];
  const asked: unknown[] = [];
  let away = false;
  const setForked = async (request: unknown) => {
    asked.push(request);
    if (away) throw new Refusal("PEER_AWAY", "issue does not answer");
    return { toFollow: ["b"] };
  };
  const client = () => ({ setForked }) as never;
  const tell = createTellForked({ ...runtime, client }, { take: (list) => void taken.push(list) });
  const settled = ["b", "c"].map((identifier) => ({ identifier, sha256: "d".repeat(64) }));
  await tell({ identifiers: ["a", "b", "c"], settled, count: 3 });
  expect(asked).toEqual([{ identifiers: ["a", "b", "c"], settled }]);
  away = true;
  await tell({ identifiers: ["a"], settled: [], count: 1 });
  expect(taken).toEqual([["b"]]);
});
