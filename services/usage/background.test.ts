import { expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../test/fixtures/runtime.ts";
import { createOutboxBell } from "../event/outbox.ts";
import { startBackground } from "./background.ts";
import { openCodes } from "./codes/code-record.ts";
import { openUsageQuota } from "./codes/quota.ts";
import { openPresentations } from "./presentations/presentation-record.ts";
import { openUseHours } from "./uses/use-hours.ts";
import { createHandedDocuments } from "./verification/handed-documents.ts";

/** Longest that a timer waits: more than three weeks. */
const FOR_WEEKS = 2 ** 31 - 1;

test("5.4.3: a service that stops by itself, while its node goes on, ends the pause before old codes and left documents are looked for again", async () => {
  const { runtime, close } = await openTestRuntime({ service: "usage" });
  onTestFinished(close);
  const quota = await openUsageQuota(runtime);
  onTestFinished(() => quota.close());
  const looked = Promise.withResolvers<void>();
  const background = startBackground(
    {
      runtime,
      codes: await openCodes(runtime),
      presentations: await openPresentations(runtime),
      quota: { ...quota, sweep: () => quota.sweep().finally(looked.resolve) },
      tally: await openUseHours(runtime, createOutboxBell()),
      handedDocuments: createHandedDocuments(runtime.now),
    },
    FOR_WEEKS,
  );
  await looked.promise;
  await background.stop();
  expect(runtime.signal.aborted).toBe(false);
});
