import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventKind, PendingEventSchema, ReceiptSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { EventLink } from "../../event/event-link.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import type { LinkGate } from "../wire/link-gate.ts";
import type { Peer } from "../wire/topology.ts";
import type { BlobCourier } from "./blob-courier.ts";
import { openOutgoing } from "./open-outgoing.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";
import { createSender } from "./peer-sender.ts";

const PEER = { node: "440000", outgoing: { stream: "UP", prefix: "ecert.up" } } as Peer;

let scene: TestRuntime;
beforeEach(async () => {
  scene = await openTestRuntime({ service: "sync" });
});
afterEach(() => scene.close());

test("an event whose receipt another process of the node has taken flies no longer, and waits for nobody", async () => {
  const published: string[] = [];
  const { sender, other, elsewhere, ended } = await openSender(async (subject) => void published.push(subject));
  await sender.offer("catalog", event);
  await expect.poll(() => published.length).toBeGreaterThan(0);
  await other.confirm(await other.assign("catalog", event));
  await expect.poll(() => sender.waiting).toBe(0);
  expect(elsewhere).toMatchObject([{ key: "k:1", number: 1, confirmed: true }]);
  await ended();
});

test("what has gone to the province with others and has no receipt goes again by itself, as an earlier version of it reads it", async () => {
  const published: string[] = [];
  const province = { ...PEER, role: "province" } as const;
  const { sender, ended } = await openSender(async (subject) => void published.push(subject), province);
  const others = [event, create(PendingEventSchema, { ...event, key: "l:1" })];
  await Promise.all(others.map((one) => sender.offer("catalog", one)));
  await expect.poll(() => published.length).toBeGreaterThanOrEqual(3);
  const subjects = ["ecert.up.data.group.1", "ecert.up.data.event.1", "ecert.up.data.event.2"];
  expect(published.slice(0, 3)).toEqual(subjects);
  await ended();
});

test("a link of which all has arrived is well, though the stream's last acknowledgement was lost", async () => {
  const { sender, other, ended } = await openSender(async () => {
    throw new Refusal("PEER_AWAY", "the event link does not answer (TIMEOUT)");
  });
  await sender.offer("catalog", event);
  await expect.poll(() => sender.streamFault?.reason).toBe("PEER_AWAY");
  expect(sender.reached).toBe(false);
  const { number, key, payloadSha256 } = await other.assign("catalog", event);
  sender.received(create(ReceiptSchema, { number: BigInt(number), key, payloadSha256 }));
  await expect.poll(() => [sender.waiting, sender.reached, sender.streamFault]).toEqual([0, true, undefined]);
  await ended();
});

const event = create(PendingEventSchema, { key: "k:1", kind: EventKind.REGISTRY_CHANGED, revision: 1n });

/** A running sender whose stream takes what it is given by `publish`, and the numbers as another process of the node holds them. */
async function openSender(publish: (subject: string) => Promise<void>, peer = PEER) {
  const { runtime } = scene;
  const events = { publish } as unknown as EventLink;
  const courier = {
    load: async () => [],
    publish: async () => ({ arrived: Promise.resolve() }),
    piecesOf: () => [],
    carry: async (subject: string) => ({ arrived: publish(subject) }),
  } as unknown as BlobCourier;
  const own = { ...runtime, node: "440100", peer: PEER.node };
  const [outgoing, other] = [await openOutgoing(own), await openOutgoing(own)];
  const gate = { open: true } as LinkGate;
  const elsewhere: OutgoingRow[] = [];
  const sender = createSender({
    ...{ runtime: { ...runtime, monotonic: () => performance.now() }, events, peer, outgoing, courier, gate },
    options: { ...DEFAULT_SYNC_OPTIONS, repeatMs: 50, repeatMaxMs: 50 },
    elsewhere: (row) => elsewhere.push(row),
  });
  const stop = new AbortController();
  const running = sender.run(stop.signal);
  const ended = async () => {
    stop.abort();
    await running;
  };
  return { sender, other, elsewhere, ended };
}
