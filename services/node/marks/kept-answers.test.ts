import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Refusal } from "../../domain/refusal.ts";
import { type MarkState, UNSETTLED_MS } from "./change-mark.ts";
import { ALIVE_MS, type FollowedMark, followMark } from "./follow-mark.ts";
import { createKeptAnswers, KEPT_MS, type KeptAnswers } from "./kept-answers.ts";

describe("5.9.4: answers of another service", () => {
  let now: number;
  let stop: AbortController;
  /** The next answer to the long poll. */
  let answering: PromiseWithResolvers<MarkState>;
  let questions: { knownMark: string; waitMs: number }[];
  let followed: FollowedMark;
  let kept: KeptAnswers<string>;
  const from: string[] = [];
  const log = { warn: vi.fn() };

  beforeEach(() => {
    now = 1_000;
    stop = new AbortController();
    questions = [];
    from.length = 0;
    answering = Promise.withResolvers();
    followed = followMark({
      async ask(question) {
        questions.push(question);
        return answering.promise;
      },
      ...{ monotonic: () => now, log, signal: stop.signal, service: "catalog" },
    });
    kept = createKeptAnswers({ followed, monotonic: () => now, most: 2, onAnswer: (where) => from.push(where) });
  });
  afterEach(() => stop.abort());

  /** Answers the poll, and waits until the next one was sent. */
  async function tell(mark: string, settled = true): Promise<void> {
    followed.current();
    const sent = questions.length;
    const { resolve } = answering;
    answering = Promise.withResolvers();
    resolve({ mark, settled });
    await vi.waitFor(() => expect(questions.length).toBeGreaterThan(sent));
  }
  const recall = (answer: string, mark: string, key = "a") => kept.recall(key, async () => ({ answer, mark }));

  test("are used again while the mark is told under which they were given, and are as old as that was told", async () => {
    await tell("1");
    expect(await recall("first", "1")).toEqual({ answer: "first", asOf: 1_000 });
    now += 1_500;
    await tell("1");
    now += 1_500;
    await tell("1");
    expect(await recall("second", "1")).toEqual({ answer: "first", asOf: 2_500 });
    expect(from).toEqual(["asked", "kept"]);
    expect(questions.at(-1)).toMatchObject({ knownMark: "1" });
  });

  test("are asked for anew as soon as another mark is told, or that something is being changed", async () => {
    await tell("1");
    await recall("first", "1");
    await tell("2");
    expect((await recall("second", "2")).answer).toBe("second");
    await tell("");
    expect((await recall("third", "")).answer).toBe("third");
    await tell("2");
    expect((await recall("fourth", "2")).answer).toBe("fourth");
  });

  test("are used once where they were made before a change and arrive behind its news", async () => {
    await tell("1");
    const late = kept.recall("a", async () => {
      await tell("2");
      return { answer: "old", mark: "1" };
    });
    expect((await late).answer).toBe("old");
    expect((await recall("new", "2")).answer).toBe("new");
    expect((await recall("newer", "2")).answer).toBe("new");
  });

  test("are used once as well where a slower replica tells the former mark again meanwhile, or gave them itself", async () => {
    await tell("1");
    await kept.recall("a", async () => {
      await tell("2");
      await tell("1");
      return { answer: "old", mark: "1" };
    });
    await tell("2");
    await recall("older", "1", "b");
    expect((await recall("new", "2")).answer).toBe("new");
    expect((await recall("new", "2", "b")).answer).toBe("new");
  });

  test("are asked for anew when the service was not heard for two seconds after the question was sent, until it tells the same mark again", async () => {
    await tell("1");
    await recall("first", "1");
    // The poll is under way since 1,000; its answer comes when it is two seconds old, and makes nothing younger.
    now += ALIVE_MS;
    expect((await recall("second", "1")).answer).toBe("second");
    await tell("1");
    expect((await recall("third", "1")).answer).toBe("third");
    await tell("1");
    expect((await recall("fourth", "1")).answer).toBe("first");
  });

  test("are asked for anew while the service refuses to tell, and kept again when it does", async () => {
    await tell("1");
    await recall("first", "1");
    const { reject } = answering;
    answering = Promise.withResolvers();
    reject(new Refusal("PEER_AWAY", "away"));
    now += ALIVE_MS;
    expect((await recall("second", "1")).answer).toBe("second");
    await vi.waitFor(() => expect(questions.length).toBeGreaterThan(2), { timeout: 2_000 });
    await tell("2");
    await recall("third", "2");
    expect((await recall("fourth", "2")).answer).toBe("third");
  });

  test("count for two seconds where the mark has not settled: whoever raised it may be dead", async () => {
    await tell("1~", false);
    await recall("first", "1~");
    now += UNSETTLED_MS - 1;
    await tell("1~", false);
    expect(await recall("second", "1~")).toEqual({ answer: "first", asOf: 1_000 });
    now += 1;
    expect((await recall("second", "1~")).answer).toBe("second");
  });

  test("count for a minute whatever is told, and refusals are never kept", async () => {
    await tell("1");
    await recall("first", "1");
    now += KEPT_MS;
    await tell("1");
    await tell("1");
    expect((await recall("second", "1")).answer).toBe("second");
    await expect(kept.recall("b", () => Promise.reject(new Refusal("SEAL_UNBOUND", "no")))).rejects.toThrow("no");
    expect((await recall("third", "1", "b")).answer).toBe("third");
  });
});
