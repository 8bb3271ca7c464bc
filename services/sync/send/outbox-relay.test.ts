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
  const owner = { event: undefined as PendingEvent | undefined, confirmed: [] as string[], answers: true };
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
    async listPendingEvents() {
      await nextTurn();
      return { events: owner.event ? [owner.event] : [], nextPageToken: "" };
    },
    async confirmEvents({ payloadSha256 }: { payloadSha256: string[] }) {
      if (owner.event && payloadSha256.includes(sha256Hex(owner.event.payload))) owner.event = undefined;
      if (!owner.answers) throw new Error("the answer is lost");
      owner.confirmed.push(...payloadSha256);
    },
  };
  const client = () => outbox as never;
  const lanes: Lane[] = [{ peer: PEER, outgoing, sender }];
  const options = { ...DEFAULT_SYNC_OPTIONS, lookAgainMs: 25 };
  const relay = createOutboxRelay({ ...runtime, client }, "issue", lanes, options);
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
    const [{ row }] = flying.splice(0) as [{ row: OutgoingRow }];
    await outgoing.confirm(row);
    relay.confirmed(row);
    return row.payloadSha256;
  }
  return { owner, flying, receipt };
}

function eventWith(text: string): PendingEvent {
  const payload = Buffer.from(text);
  const event = { key: "id:1", aggregateId: "id", kind: EventKind.CERTIFICATE_CHANGED, revision: 1n };
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
