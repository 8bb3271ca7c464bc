import { describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { bothEngines } from "../../test/fixtures/engines.ts";
import { openTestRuntime, testCall } from "../../test/fixtures/runtime.ts";
import type { Collection } from "../store/port.ts";
import { createOutboxBell, outboxHandlers } from "./outbox.ts";
import { type HasPending, PENDING_INDEX, withEvent } from "./pending-events.ts";

describe.each(await bothEngines())("an outbox that is waited at on $name", (engine) => {
  test("is read again for what another process has written, and otherwise not, where the store can tell", async () => {
    const { store, remove } = await engine.open();
    const { runtime, close } = await openTestRuntime({ service: "issue", store });
    onTestFinished(async () => {
      await close();
      await remove();
    });
    const real = await store.collection<HasPending>({ name: "things", indexes: [PENDING_INDEX] });
    let reads = 0;
    const collection: Collection<HasPending> = {
      ...real,
      query(query) {
        reads++;
        return real.query(query);
      },
    };
    const collections = [{ source: "things", collection }];
    const outbox = outboxHandlers({ collections, store, bell: createOutboxBell(), setAside: runtime.setAside });
    const list = (waitMs: number) =>
      outbox.listPendingEvents({ pageSize: 10, pageToken: "", waitMs } as never, testCall());

    expect((await list(1_200)).events).toEqual([]);
    // Before and behind the wait.
    if (store.stamp() !== undefined) expect(reads).toBe(2);

    const waiting = list(10_000);
    const event = { key: "one:1", kind: EventKind.CERTIFICATE_CHANGED, revision: 1, payload: "", blobs: [] };
    const document = withEvent({ _id: "one", revision: 1 }, { ...event, occurredAt: "2026-11-24T00:00:00.000Z" });
    // Nobody rings here.
    await real.insert(document);
    expect((await waiting).events).toMatchObject([{ key: "one:1" }]);
  });
});
