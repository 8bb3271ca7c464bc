import { expect, test } from "vitest";
import { progressText } from "./progress.ts";

test("progress tells the share that is done and the time that is left at the pace so far", () => {
  expect(progressText("issue", 25, 100, 10_000)).toBe("issue 25%，约剩 30 秒 · about 30 s left");
  expect(progressText("issue", 0, 100, 10_000)).toBe("issue 0%");
  expect(progressText("issue", 0, 0, 1)).toBe("issue 100%");
});
