import { describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { createOutboxBell, outboxHandlers } from "../../services/event/outbox.ts";
import { type HasPending, PENDING_INDEX, withEvent } from "../../services/event/pending-events.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { openTestRuntime, testCall } from "../fixtures/runtime.ts";

const SPEC = { name: "things", indexes: [PENDING_INDEX] };
const DAY = "2026-11-24T00:00:00.000Z";

const good = (id: string, revision = 1) => ({
  key: `${id}:${revision}`,
  kind: EventKind.CERTIFICATE_CHANGED,
  revision,
  payload: "AAEC",
  blobs: ["a".repeat(64)],
  occurredAt: DAY,
});

/** What can become of a document's pending events: none of it may stop another document's. */
const BAD: Record<string, unknown> = {
  "no list": 7,
  "a text": "pending",
  "an object": { length: 1 },
  "no event": [null],
  "no members": [{}],
  "no key": [{ ...good("bad"), key: undefined }],
  "the key of another document": [{ ...good("bad"), key: "good-1:1" }],
  "a key without revision": [{ ...good("bad"), key: "bad" }],
  "a text as revision": [{ ...good("bad"), revision: "1" }],
  "no integer as revision": [{ ...good("bad"), key: "bad:1.5", revision: 1.5 }],
  "a kind that nobody knows": [{ ...good("bad"), kind: 99 }],
  "no kind": [{ ...good("bad"), kind: 0 }],
  "a number as payload": [{ ...good("bad"), payload: 5 }],
  "no base64 as payload": [{ ...good("bad"), payload: "?!" }],
  "half base64 as payload": [{ ...good("bad"), payload: "AAE" }],
  "a payload that no stream takes": [{ ...good("bad"), payload: "A".repeat(12 << 20) }],
  "blobs that are no list": [{ ...good("bad"), blobs: "a" }],
  "blobs that are no digests": [{ ...good("bad"), blobs: ["../../etc"] }],
  "no time": [{ ...good("bad"), occurredAt: "yesterday" }],
};

describe.each(await bothEngines())("one bad row in an outbox on $name", (engine) => {
  async function open() {
    const { store, remove } = await engine.open();
    const { runtime, close } = await openTestRuntime({ service: "issue", store });
    onTestFinished(async () => {
      await close();
      await remove();
    });
    const things = await store.collection<HasPending>(SPEC);
    const { setAside } = runtime;
    const collections = [{ source: "things", collection: things }];
    const outbox = outboxHandlers({ collections, store, bell: createOutboxBell(), setAside });
    const put = (id: string, pending: unknown, pendingSince = DAY) =>
      things.insert({ _id: id, revision: 1, pending, pendingSince } as HasPending);
    const list = async (request: { pageSize?: number; pageToken?: string; waitMs?: number } = {}) => {
      const whole = { pageSize: 0, pageToken: "", waitMs: 0, ...request };
      const { events = [], nextPageToken = "" } = await outbox.listPendingEvents(whole as never, testCall());
      return { keys: events.map(({ key = "" }) => key), nextPageToken };
    };
    const total = async () =>
      (await outbox.listPendingEvents({ pageSize: 1, pageToken: "", count: true } as never, testCall())).total;
    const confirm = (keys: string[]) => outbox.confirmEvents({ keys, payloadSha256: [] } as never, testCall());
    return { things, setAside, outbox, put, list, total, confirm };
  }

  test.each(Object.entries(BAD))(
    "(%s) stops no other: it is shown, and goes on when it is mended",
    async (_, pending) => {
      const { things, setAside, put, list, total, confirm } = await open();
      await put("good-1", [good("good-1")], "2026-11-23T00:00:00.000Z");
      await put("bad", pending);
      await put("good-2", [good("good-2"), good("good-2", 2)], "2026-11-25T00:00:00.000Z");
      expect((await list()).keys).toEqual(["good-1:1", "good-2:1", "good-2:2"]);
      const { items } = await setAside.list(10, "");
      expect(items).toMatchObject([{ place: "outbox", source: "things", key: "bad" }]);
      expect(items[0]?.reason).toMatch(/RECORD_UNREADABLE|TOO_LARGE/);
      expect(setAside.notices()).toEqual(["set aside: outbox 1"]);
      expect(await total()).toBe(2n);
      expect(await confirm(["good-1:1", "bad:9", "bad", "", "good-2:1", "good-2:2"])).toEqual({
        cleared: expect.any(Number),
      });
      expect((await list()).keys).toEqual([]);

      const id = items[0]?._id ?? "";
      expect(await setAside.retry(id)).toMatchObject({ tries: 2 });
      const document = (await things.get("bad")) ?? { _id: "bad", revision: 1 };
      await things.replace({ ...document, pending: [good("bad")], pendingSince: DAY });
      expect(await setAside.retry(id)).toBeUndefined();
      expect((await list()).keys).toEqual(["bad:1"]);
      expect(await confirm(["bad:1"])).toEqual({ cleared: 1 });
    },
  );

  test.each([[["2026-11-23", "2026-11-25"]], [7], [[7, "x"]]])(
    "under a time that is none (%j) stops no other",
    async (pendingSince) => {
      const { put, list, things } = await open();
      await put("good-1", [good("good-1")], "2026-11-23T00:00:00.000Z");
      await put("bad", [good("bad")], pendingSince as unknown as string);
      await put("good-2", [good("good-2")], "2026-11-25T00:00:00.000Z");
      const keys: string[] = [];
      for (let pageToken = ""; ; ) {
        const page = await list({ pageSize: 1, pageToken });
        keys.push(...page.keys);
        if (page.nextPageToken === "") break;
        pageToken = page.nextPageToken;
      }
      expect([...new Set(keys)].sort()).toEqual(["bad:1", "good-1:1", "good-2:1"]);
      // The next event of the document mends it.
      await things.replace(withEvent((await things.get("bad")) as HasPending, good("bad", 2)));
      expect(await things.get("bad")).toMatchObject({ pendingSince: DAY });
    },
  );

  test("leaves the good events of its own document their way, and is not lost when they are confirmed", async () => {
    const { things, setAside, put, list, confirm } = await open();
    await put("half", [{ ...good("half"), payload: 5 }, good("half", 2)]);
    expect((await list()).keys).toEqual(["half:2"]);
    expect(await confirm(["half:2"])).toEqual({ cleared: 1 });
    expect((await list()).keys).toEqual([]);
    expect(await things.get("half")).toMatchObject({ pending: [{ payload: 5 }], pendingSince: DAY });
    expect((await setAside.list(10, "")).items).toMatchObject([{ key: "half" }]);
  });

  test("is passed over by the hundred, in every page", async () => {
    const { put, list } = await open();
    for (let index = 0; index < 25; index++) await put(`bad-${index}`, 7);
    for (let index = 0; index < 5; index++)
      await put(`good-${index}`, [good(`good-${index}`)], "2026-11-25T00:00:00.000Z");
    const keys: string[] = [];
    for (let pageToken = ""; ; ) {
      const page = await list({ pageSize: 2, pageToken });
      keys.push(...page.keys);
      if (page.nextPageToken === "") break;
      pageToken = page.nextPageToken;
    }
    expect(keys).toEqual(Array.from({ length: 5 }, (_, index) => `good-${index}:1`));
  });

  test("of megabytes takes a page of its own, so that no answer is too large to be read", async () => {
    const { put, list } = await open();
    const payload = Buffer.alloc(3 << 20).toString("base64");
    for (const id of ["a", "b", "c"]) await put(id, [{ ...good(id), payload }]);
    const first = await list();
    expect(first.keys).toEqual(["a:1"]);
    const second = await list({ pageToken: first.nextPageToken });
    expect(second.keys).toEqual(["b:1"]);
    expect((await list({ pageToken: second.nextPageToken })).keys).toEqual(["c:1"]);
  });

  test("takes the next event of its document beside it", async () => {
    const { things, put, list } = await open();
    await put("bad", "nothing that could be read");
    const next = withEvent((await things.get("bad")) as HasPending, good("bad", 2));
    await things.replace(next);
    expect((await list()).keys).toEqual(["bad:2"]);
  });

  test.each([
    "garbage",
    "e30",
    Buffer.from('[7,""]').toString("base64url"),
    Buffer.from("[0,5]").toString("base64url"),
    Buffer.from('[0,"x"]').toString("base64url"),
  ])("has nothing to do with a damaged page token (%s): that is refused by its field", async (pageToken) => {
    const { put, list } = await open();
    await put("good", [good("good")]);
    await expect(list({ pageToken })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "page_token" }],
    });
  });
});
