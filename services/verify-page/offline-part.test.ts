import { expect, test } from "vitest";
import { MAX_STATE_AGE_SECONDS } from "../statement/standing.ts";
import { keptText } from "./offline-part.ts";

const BUILT = "2026-11-24T02:00:00.000Z";
const age = (seconds: number) => Date.parse(BUILT) + seconds * 1_000;

test("what is kept is told with its age, and as too old exactly when a code is not judged to be good by it any more", () => {
  const trust = { listedAt: BUILT, builtAt: BUILT };
  expect(keptText(trust, age(MAX_STATE_AGE_SECONDS))[0]).toContain("2026-12-01 10:00 前可用于断网核验");
  expect(keptText(trust, age(MAX_STATE_AGE_SECONDS + 1))[0]).toMatch(/^离线资料过旧/);
  expect(keptText({ listedAt: BUILT, builtAt: "2026-11-30T02:00:00.000Z" }, age(MAX_STATE_AGE_SECONDS + 1))[0]).toMatch(
    /过旧/,
  );
});

test("without a bundle, and without anything, it is told what is not to be had", () => {
  expect(keptText({ listedAt: BUILT }, age(0))[0]).toContain("没有状态包");
  expect(keptText(undefined, age(0))[0]).toContain("还没有保存");
});
