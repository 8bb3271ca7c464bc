import { describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { bothEngines } from "../../test/fixtures/engines.ts";
import { openTestRuntime, testCall } from "../../test/fixtures/runtime.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { createOutboxBell, outboxHandlers } from "./outbox.ts";
import { type HasPending, PENDING_INDEX, withEvent } from "./pending-events.ts";

const [FIRST, SECOND] = [Buffer.from("first"), Buffer.from("second")] as const;

describe.each(await bothEngines())("receipts for pending events on $name", (engine) => {
  async function open() {
    const { store, remove } = await engine.open();
    const { runtime, close } = await openTestRuntime({ service: "issue", store });
    onTestFinished(async () => {
      await close();
      await remove();
    });
    const collection = await store.collection<HasPending>({ name: "things", indexes: [PENDING_INDEX] });
    const parts = { collections: [{ source: "things", collection }], store, bell: createOutboxBell() };
    const outbox = outboxHandlers({ ...parts, setAside: runtime.setAside });
    const event = { key: "one:1", kind: EventKind.CERTIFICATE_CHANGED, revision: 1, blobs: [] };
    const occurredAt = "2026-11-24T00:00:00.000Z";
    const payload = SECOND.toString("base64");
    await collection.insert(withEvent({ _id: "one", revision: 1 }, { ...event, payload, occurredAt }));
    const confirm = (keys: string[], payloadSha256: string[]) =>
      outbox.confirmEvents({ keys, payloadSha256 } as never, testCall());
    const pending = async () => (await collection.get("one"))?.pending?.length ?? 0;
    return { confirm, pending };
  }

  test("a receipt clears the event that it was given for, and no other that lies under the same key by now", async () => {
    const { confirm, pending } = await open();
    expect(await confirm(["one:1"], [sha256Hex(FIRST)])).toEqual({ cleared: 0 });
    expect(await pending()).toBe(1);
    expect(await confirm(["one:1"], [sha256Hex(SECOND)])).toEqual({ cleared: 1 });
    expect(await pending()).toBe(0);
  });

  test("who names no payload, as older processes do, clears whatever lies under the key", async () => {
    const { confirm } = await open();
    expect(await confirm(["one:1"], [])).toEqual({ cleared: 1 });
  });

  test("digests for some of the keys are refused, and nothing is cleared", async () => {
    const { confirm, pending } = await open();
    await expect(confirm(["one:1", "two:1"], [sha256Hex(SECOND)])).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "payload_sha256" }],
    });
    expect(await pending()).toBe(1);
  });
});
