import { create } from "@bufbuild/protobuf";
import { expect, onTestFinished, test, vi } from "vitest";
import { GetUsageTermsResponseSchema } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { testCall } from "../../../test/fixtures/runtime.ts";
import { pause } from "../../base/pause.ts";
import { createUsageTerms } from "./usage-terms.ts";

test("6.4.6.1: terms are asked for once by app, matter and day while the catalog tells of no change, and that is counted", async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const told = { mark: "1", settled: true };
  const watchTerms = vi.fn(async ({ waitMs }: { waitMs: number }) => {
    await pause(waitMs, stop.signal);
    return told;
  });
  const getUsageTerms = vi.fn(async ({ matterCode }: { matterCode: string }) =>
    create(GetUsageTermsResponseSchema, { matter: { code: matterCode }, mark: "1" }),
  );
  const count = vi.fn();
  const terms = createUsageTerms({ getUsageTerms, watchTerms } as never, {
    ...{ monotonic: () => performance.now(), signal: stop.signal },
    ...({ log: { warn: vi.fn() }, metrics: { count } } as never as { log: never; metrics: never }),
  });
  const asked = { appKey: "a", matterCode: "M", day: "2026-11-24" };
  const ask = (change = {}) => terms.usageTerms({ ...asked, ...change }, testCall());
  // What is asked for before the first mark was told is not kept.
  await ask();
  await vi.waitFor(() => expect(watchTerms).toHaveBeenCalledTimes(2));
  getUsageTerms.mockClear();
  expect((await ask()).matter?.code).toBe("M");
  expect((await ask()).matter?.code).toBe("M");
  expect(getUsageTerms).toHaveBeenCalledTimes(1);
  for (const change of [{ day: "2026-11-25" }, { appKey: "b" }, { matterCode: "N" }]) await ask(change);
  expect(getUsageTerms).toHaveBeenCalledTimes(4);
  expect(count).toHaveBeenCalledWith("usage_terms", { from: "kept" });
});
