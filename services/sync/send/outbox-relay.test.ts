import { setImmediate as nextTurn } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { EventKind, type PendingEvent, PendingEventSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import type { Peer } from "../wire/topology.ts";
import { openOutgoing } from "./open-outgoing.ts";
import { createOutboxRelay, type Lane } from "./outbox-relay.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";
import type { Sender } from "./sender.ts";

const PEER = { node: "440000", role: "province" } as Peer;

/** An outbox with one key, and a sender that flies one event under a key at a time, as the real one does. */
async function openScene() {
  const { runtime, close } = await openTestRuntime({ service: "sync" });
  const outgoing = await openOutgoing({ ...runtime, node: "440100", peer: PEER.node });
  const owner = {
    event: undefined as PendingEvent | undefined,
    confirmed: [] as string[],
    answers: true,
    mute: undefined as Promise<void> | undefined,
  };
  const flying: { row: OutgoingRow }[] = [];
  const sender = {
    full: false,
    async offer(source: "issue", event: PendingEvent) {
      if (flying.length > 0) return "flying";
      const row = await outgoing.assign(source, event);
      if (row.confirmed) return row;
      flying.push({ row });
      return "flying";
    },
  } as unknown as Sender;
  const outbox = {
    async listPendingEvents({ waitMs }: { waitMs?: number }) {
      await nextTurn();
      if (waitMs) await owner.mute;
      return { events: owner.event ? [owner.event] : [], nextPageToken: "", total: owner.event ? 1n : 0n };
    },
    async confirmEvents({ payloadSha256 }: { payloadSha256: string[] }) {
      if (owner.event && payloadSha256.includes(sha256Hex(owner.event.payload))) owner.event = undefined;
      if (owner.mute) await owner.mute;
      if (!owner.answers) throw new Error("the answer is lost");
      owner.confirmed.push(...payloadSha256);
    },
  };
  const client = () => outbox as never;
  const clock = { ahead: 0 };
  const monotonic = () => runtime.monotonic() + clock.ahead;
  const lanes: Lane[] = [{ peer: PEER, outgoing, sender }];
  const options = { ...DEFAULT_SYNC_OPTIONS, lookAgainMs: 25 };
  const relay = createOutboxRelay({ ...runtime, client, monotonic }, "issue", lanes, options);
  const ending = new AbortController();
  const running = relay.run(ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await running;
    await close();
  });
  /** The peer's receipt for what flies. */
  async function receipt(): Promise<string> {
    await expect.poll(() => flying.length).toBe(1);
    const [{ row }] = flying as [{ row: OutgoingRow }];
    await outgoing.confirm(row);
    // It flies until it is marked: offered meanwhile it would fly a second time.
    flying.pop();
    relay.confirmed(row);
    return row.payloadSha256;
  }
  return { owner, flying, receipt, relay, clock };
}

function eventWith(text: string, id = "id"): PendingEvent {
  const payload = Buffer.from(text);
  const event = { key: `${id}:1`, aggregateId: id, kind: EventKind.CERTIFICATE_CHANGED, revision: 1n };
  return create(PendingEventSchema, { ...event, payload, occurredAt: new Date().toISOString() });
}

test("behind a cleared event another one under the same key is sent and cleared as well", async () => {
  const { owner, receipt } = await openScene();
  for (const text of ["first", "second"]) {
    owner.event = eventWith(text);
    expect(await receipt()).toBe(sha256Hex(Buffer.from(text)));
    await expect.poll(() => owner.confirmed.at(-1)).toBe(sha256Hex(Buffer.from(text)));
    expect(owner.event).toBeUndefined();
  }
});

test("a receipt whose clearing is repeated takes nothing of what its owner has put under the key meanwhile", async () => {
  const { owner, receipt } = await openScene();
  owner.event = eventWith("first");
  owner.answers = false;
  await receipt();
  await expect.poll(() => owner.event).toBeUndefined();
  owner.event = eventWith("second");
  owner.answers = true;
  await expect.poll(() => owner.confirmed).toEqual([sha256Hex(Buffer.from("first"))]);
  expect(owner.event).toBeDefined();
  expect(await receipt()).toBe(sha256Hex(Buffer.from("second")));
  await expect.poll(() => owner.event).toBeUndefined();
});

test("what is put under the key while the former event still flies waits for that one's receipt, which does not clear it", async () => {
  const { owner, flying, receipt } = await openScene();
  owner.event = eventWith("first");
  await expect.poll(() => flying.length).toBe(1);
  owner.event = eventWith("second");
  expect(await receipt()).toBe(sha256Hex(Buffer.from("first")));
  expect(await receipt()).toBe(sha256Hex(Buffer.from("second")));
  await expect.poll(() => owner.event).toBeUndefined();
});

test("what nobody has read yet is told as waiting, also while something else is cleared at its owner and the answer is on its way", async () => {
  const { owner, flying, receipt, relay } = await openScene();
  const { signal } = new AbortController();
  const told = Promise.withResolvers<void>();
  onTestFinished(() => told.resolve());
  owner.event = eventWith("first");
  await expect.poll(() => flying.length).toBe(1);
  expect(await relay.unseen(signal)).toMatchObject({ count: 0 });
  owner.mute = told.promise;
  await receipt();
  await expect.poll(() => owner.event).toBeUndefined();
  const second = eventWith("second", "another");
  owner.event = second;
  expect(await relay.unseen(signal)).toEqual({ count: 1, since: second.occurredAt });
  told.resolve();
  owner.mute = undefined;
  await expect.poll(() => flying.length).toBe(1);
  expect(await relay.unseen(signal)).toMatchObject({ count: 0 });
});

test("what its owner still lists long after it was cleared is cleared again, and not sent again", async () => {
  const { owner, flying, receipt, clock } = await openScene();
  const event = eventWith("first");
  const digest = sha256Hex(event.payload);
  owner.event = event;
  await receipt();
  await expect.poll(() => owner.confirmed).toEqual([digest]);
  // Clearing it failed alone: its owner had set its document aside.
  owner.event = event;
  clock.ahead = 10_000;
  await expect.poll(() => owner.confirmed).toEqual([digest, digest]);
  expect(owner.event).toBeUndefined();
  expect(flying).toEqual([]);
});
