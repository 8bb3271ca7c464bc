import { beforeEach, describe, expect, test } from "vitest";
import type { MarkState } from "../../node/marks/change-mark.ts";
import { createDecidedTerms, type DecidedTerms } from "./decided-terms.ts";
import { termsMark } from "./terms-mark.ts";

describe("4.4.1: terms that the catalog decided", () => {
  let state: MarkState;
  let decided: number;
  let terms: DecidedTerms<{ of: number }>;
  const decide = async () => ({ of: ++decided });

  beforeEach(() => {
    [state, decided] = [{ mark: "1", settled: true }, 0];
    terms = createDecidedTerms({ told: async () => state, most: 2, weightOf: () => 1 });
  });

  test("are given again while the mark is the same and has settled, each question's own", async () => {
    expect(await terms.of(["a", "b"], decide)).toEqual({ of: 1, mark: "1" });
    expect(await terms.of(["a", "b"], decide)).toEqual({ of: 1, mark: "1" });
    expect(await terms.of(["a,b"], decide)).toMatchObject({ of: 2 });
  });

  test("are decided anew under another mark, and each time while it has not settled or something is being changed", async () => {
    await terms.of(["a"], decide);
    state = { mark: "2~", settled: false };
    expect(await terms.of(["a"], decide)).toEqual({ of: 2, mark: "2~" });
    expect(await terms.of(["a"], decide)).toMatchObject({ of: 3 });
    state = { mark: "", settled: false };
    expect(await terms.of(["a"], decide)).toEqual({ of: 4, mark: "" });
  });

  test("are never given again where the mark became another while they were decided on", async () => {
    await terms.of(["a"], async () => {
      state = { mark: "2", settled: true };
      return { of: 0 };
    });
    expect(await terms.of(["a"], decide)).toEqual({ of: 1, mark: "2" });
  });

  test("what is refused is decided again", async () => {
    await expect(terms.of(["a"], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await terms.of(["a"], decide)).toMatchObject({ of: 1 });
  });
});

describe("the mark of all that terms rest on", () => {
  const parts = {
    own: { told: async (): Promise<MarkState> => ({ mark: "7", settled: true }) },
    apps: { current: () => ({ mark: "3", settled: true, asOf: 0, epoch: 1 }) },
    register: { known: () => ({ asOf: "2026-11-24T00:00:00Z" }) },
    carriedOver: { done: () => true },
    now: () => new Date("2026-11-24T02:00:00Z"),
  };
  const mark = (change: Partial<Record<keyof typeof parts, unknown>>) => termsMark({ ...parts, ...change } as never);

  test.each([
    ["a record", { own: { told: async () => ({ mark: "8", settled: true }) } }],
    ["an app", { apps: { current: () => ({ mark: "4", settled: true }) } }],
    ["the register of issuers", { register: { known: () => ({ asOf: "2026-11-24T00:10:00Z" }) } }],
    ["the end of carrying over", { carriedOver: { done: () => false } }],
    ["the next day", { now: () => new Date("2026-11-24T16:00:00Z") }],
  ])("is another one with %s", async (_what, change) => {
    expect((await mark({})).settled).toBe(true);
    expect((await mark(change)).mark).not.toBe((await mark({})).mark);
  });

  test("has not settled while the identity service does not tell of apps, or tells that one was changed a moment ago", async () => {
    expect((await mark({ apps: { current: () => undefined } })).settled).toBe(false);
    expect((await mark({ apps: { current: () => ({ mark: "3", settled: false }) } })).settled).toBe(false);
  });

  test("is empty while a record is being changed", async () => {
    expect(await mark({ own: { told: async () => ({ mark: "", settled: false }) } })).toMatchObject({ mark: "" });
  });
});
