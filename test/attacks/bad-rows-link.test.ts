import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  BlobPieceSchema,
  EventKind,
  type PendingEvent,
  PendingEventSchema,
  ReceiptSchema,
  SignedEventSchema,
} from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { EventLink, LinkMessage } from "../../services/runtime/event-link.ts";
import { piecesOf } from "../../services/sync/blob-pieces.ts";
import type { Intake } from "../../services/sync/intake.ts";
import { DEFAULT_SYNC_OPTIONS } from "../../services/sync/options.ts";
import type { OutgoingRow } from "../../services/sync/outgoing.ts";
import { openPeerLink } from "../../services/sync/peer-link.ts";
import { makeReceipt } from "../../services/sync/receipt.ts";
import { FIRST_PREVIOUS, statementOf } from "../../services/sync/signed-event.ts";
import { linkedPeers } from "../../services/sync/topology.ts";
import { nodeSignedBytes } from "../../services/trust/node-key.ts";
import { bothEngines, type Engine } from "../fixtures/engines.ts";
import { openTestRuntime } from "../fixtures/runtime.ts";
import { eventually } from "../runtime/eventually.ts";

const PROVINCE = "440000";
const CITY = "440100";
const UP = `ecert.${CITY}.up`;
const DOWN = `ecert.${CITY}.down`;

type EventMembers = Partial<Omit<PendingEvent, "$typeName" | "$unknown">>;

const event = (id: string, more: EventMembers = {}) =>
  create(PendingEventSchema, {
    key: `${id}:1`,
    kind: EventKind.CERTIFICATE_CHANGED,
    aggregateId: id,
    revision: 1n,
    payload: Buffer.from(id),
    occurredAt: "2026-11-24T00:00:00Z",
    ...more,
  });

/** One end of a link, in a store of the engine; the broker and the other end are the test's. */
async function openEnd(engine: Engine, role: "province" | "city") {
  const { store, remove } = await engine.open();
  const [code, peerCode] = role === "province" ? [PROVINCE, CITY] : [CITY, PROVINCE];
  const blobs = new Map<string, Uint8Array>();
  const getBlob = async ({ sha256 }: { sha256: string }) => {
    const content = blobs.get(sha256);
    if (!content) throw new Refusal("CERTIFICATE_UNKNOWN", `no blob ${sha256}`);
    return { content };
  };
  const role2 = role === "province" ? "city" : "province";
  const house = await openTestRuntime({
    service: "sync",
    role,
    code,
    store,
    peers: [{ node: peerCode, name: peerCode, role: role2, publicKeyFile: "", services: {} }],
    clients: { "ecert.event.v1.OutboxService": { getBlob } },
  });
  const { runtime } = house;
  const handlers = new Map<string, (message: LinkMessage) => Promise<void>>();
  const published = new Map<string, Uint8Array>();
  const events: EventLink = {
    async publish(subject, data) {
      if (data.length > 8 << 20) throw new Refusal("TOO_LARGE", "the message is too large for the stream");
      published.set(subject, data);
    },
    async consume(_stream, durable, handler, signal) {
      handlers.set(durable, handler);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    ensureStream: async () => {},
    status: () => ({ connected: true, server: "", reconnects: 0 }),
    close: async () => {},
  };
  const taken: string[] = [];
  let refused: (id: string) => Refusal | undefined = () => undefined;
  const intake: Intake = {
    async take(_node, payload) {
      const id = Buffer.from(payload).toString();
      const refusal = refused(id);
      if (refusal) throw refusal;
      taken.push(id);
      return { kept: true, how: "new" };
    },
  };
  const [peer] = linkedPeers(runtime.config);
  if (!peer) throw new Error("no peer");
  const options = { ...DEFAULT_SYNC_OPTIONS, repeatMaxMs: 3_600_000 };
  const link = await openPeerLink(peer, { runtime, events, intake, options });
  const confirmed: OutgoingRow[] = [];
  const ending = new AbortController();
  const running = link.run(ending.signal, (row) => void confirmed.push(row));
  onTestFinished(async () => {
    ending.abort();
    await running;
    await house.close();
    await remove();
  });
  let sequence = 0;
  const deliver = (durable: "data" | "receipt", subject: string, data: Uint8Array) =>
    (handlers.get(durable) as (message: LinkMessage) => Promise<void>)({
      subject,
      data,
      sequence: ++sequence,
      delivery: 1,
    });
  const rows = async () => (await runtime.setAside.list(100, "")).items;
  const retryAll = async () => {
    for (const { _id } of await rows()) await runtime.setAside.retry(_id);
  };
  const refuse = (rule: typeof refused) => {
    refused = rule;
  };
  return { runtime, link, blobs, published, taken, confirmed, deliver, rows, retryAll, refuse };
}

type End = Awaited<ReturnType<typeof openEnd>>;

/** An event as the peer sends it. In these tests every node has the same key. */
function signedBytes({ runtime }: End, sent: PendingEvent, number: number, previous = FIRST_PREVIOUS): Uint8Array {
  const signed = create(SignedEventSchema, { node: CITY, number: BigInt(number), event: sent, previous });
  signed.signature = runtime.nodeKey.sign(nodeSignedBytes("ecert.event.v1", statementOf(signed, PROVINCE)));
  return toBinary(SignedEventSchema, signed);
}

describe.each(await bothEngines())("one bad message of a peer on $name", (engine) => {
  const receiptOf = ({ published }: End, number: number) => published.get(`${DOWN}.receipt.${number}`);

  /** A good event behind the bad one: it is applied and confirmed. */
  async function goesOn(end: End, number: number) {
    await end.deliver("data", `${UP}.data.event.${number}`, signedBytes(end, event(`good-${number}`), number));
    await eventually(() => expect(receiptOf(end, number)).toBeDefined());
    expect(end.taken).toContain(`good-${number}`);
  }

  const piece = (more: object) =>
    toBinary(BlobPieceSchema, create(BlobPieceSchema, { sha256: "a".repeat(64), index: 0, count: 1, ...more }));
  const garbage = Buffer.from("no message at all");
  const damaged = (end: End) =>
    signedBytes(end, event("bad"), 1).map((byte, index, { length }) => (index < length - 8 ? byte : 0));

  const BAD: [string, string, (end: End) => Uint8Array][] = [
    ["garbage where an event should be", `${UP}.data.event.1`, () => garbage],
    ["an empty message", `${UP}.data.event.1`, () => new Uint8Array()],
    [
      "an event without an event",
      `${UP}.data.event.1`,
      () => toBinary(SignedEventSchema, create(SignedEventSchema, { node: CITY })),
    ],
    ["an event whose signature is damaged", `${UP}.data.event.1`, damaged],
    ["an event with a negative number", `${UP}.data.event.1`, (end) => signedBytesOf(end, -1n)],
    [
      "an event of a kind that nobody knows",
      `${UP}.data.event.1`,
      (end) => signedBytes(end, event("bad", { kind: 77 as never }), 1),
    ],
    [
      "an event with a huge key",
      `${UP}.data.event.1`,
      (end) => signedBytes(end, event("bad", { key: "k".repeat(5_000) }), 1),
    ],
    [
      "an event that names no digest before it",
      `${UP}.data.event.1`,
      (end) => signedBytes(end, event("bad"), 1, "x".repeat(1 << 20)),
    ],
    ["garbage where a piece should be", `${UP}.data.blob.x.0`, () => garbage],
    ["a piece beyond its count", `${UP}.data.blob.x.0`, () => piece({ index: 3 })],
    ["a piece of no blob", `${UP}.data.blob.x.0`, () => piece({ sha256: "no digest" })],
    ["a blob under a foreign digest", `${UP}.data.blob.x.0`, () => piece({ content: Buffer.from("other") })],
  ];

  function signedBytesOf({ runtime }: End, number: bigint): Uint8Array {
    const signed = create(SignedEventSchema, { node: CITY, number, event: event("bad"), previous: FIRST_PREVIOUS });
    signed.signature = runtime.nodeKey.sign(Buffer.from("whatever"));
    return toBinary(SignedEventSchema, signed);
  }

  test.each(BAD)("(%s) is set aside, without a receipt, and the next is applied", async (_what, subject, make) => {
    const end = await openEnd(engine, "province");
    await end.deliver("data", subject, make(end));
    await goesOn(end, 2);
    expect(end.taken).toEqual(["good-2"]);
    expect(receiptOf(end, 1)).toBeUndefined();
    const [row, ...more] = await end.rows();
    expect(more).toEqual([]);
    expect(row).toMatchObject({ place: "inbox", source: `UP_${CITY}/data`, node: CITY });
    // What the peer has not signed does not speak under an event's key.
    expect([subject, "bad:1"]).toContain(row?.key);
    expect(await end.runtime.setAside.ofNode(CITY)).toEqual({ count: 1, oldest: row?.key });
  });

  test("a malformed piece does not disturb the pieces of another blob", async () => {
    const end = await openEnd(engine, "province");
    const content = Buffer.alloc(600 << 10, 7);
    const [first, second] = piecesOf(sha256Hex(content), content).map((one) => toBinary(BlobPieceSchema, one));
    await end.deliver("data", `${UP}.data.blob.y.0`, first as Uint8Array);
    for (const [, subject, make] of BAD.slice(8)) await end.deliver("data", subject, make(end));
    await end.deliver("data", `${UP}.data.blob.y.1`, second as Uint8Array);
    expect(await end.runtime.store.blobs.has(sha256Hex(content))).toBe(true);
  });

  test("an event that is refused for good is set aside, and applied with its receipt when it is retried after mending", async () => {
    const end = await openEnd(engine, "province");
    end.refuse((id) => (id === "bad" ? new Refusal("SIGNER_UNTRUSTED", "the signer is of no authority") : undefined));
    await end.deliver("data", `${UP}.data.event.1`, signedBytes(end, event("bad"), 1));
    await goesOn(end, 2);
    expect(await end.rows()).toMatchObject([{ key: "bad:1", reason: "SIGNER_UNTRUSTED", tries: 1 }]);
    await end.retryAll();
    expect(await end.rows()).toMatchObject([{ key: "bad:1", tries: 2 }]);
    end.refuse(() => undefined);
    await end.retryAll();
    expect(await end.rows()).toEqual([]);
    await eventually(() => expect(receiptOf(end, 1)).toBeDefined());
    expect(end.taken).toEqual(["good-2", "bad"]);
  });

  test("an event that was set aside leaves the list, too, when its source sends it again and it is applied", async () => {
    const end = await openEnd(engine, "province");
    end.refuse(() => new Refusal("SIGNER_UNTRUSTED", "the signer is of no authority"));
    const bytes = signedBytes(end, event("bad"), 1);
    await end.deliver("data", `${UP}.data.event.1`, bytes);
    expect(await end.rows()).toHaveLength(1);
    end.refuse(() => undefined);
    await end.deliver("data", `${UP}.data.event.1`, bytes);
    expect(await end.rows()).toEqual([]);
  });

  test("an event that only waits is shown once it was tried six times, and leaves the list when it is applied", async () => {
    const end = await openEnd(engine, "province");
    end.refuse(() => new Refusal("INTERNAL", "internal error"));
    const bytes = signedBytes(end, event("slow"), 1);
    for (let tries = 1; tries <= 6; tries++) {
      expect(await end.rows()).toEqual([]);
      await end.deliver("data", `${UP}.data.event.1`, bytes);
    }
    expect(await end.rows()).toMatchObject([{ key: "slow:1", reason: "INTERNAL" }]);
    end.refuse(() => undefined);
    await end.deliver("data", `${UP}.data.event.1`, bytes);
    expect(await end.rows()).toEqual([]);
  });
});

describe.each(await bothEngines())("one bad event on its way to a peer on $name", (engine) => {
  const sent = ({ published }: End) =>
    [...published]
      .filter(([subject]) => subject.startsWith(`${UP}.data.event.`))
      .map(([, data]) => fromBinary(SignedEventSchema, data).event?.aggregateId);

  const BAD: [string, EventMembers, string][] = [
    ["that names a blob which its owner does not have", { blobs: ["b".repeat(64)] }, "CERTIFICATE_UNKNOWN"],
    ["whose revision is no number", { revision: 1n << 60n }, "RECORD_UNREADABLE"],
    ["that is larger than the streams take", { payload: new Uint8Array(9 << 20) }, "TOO_LARGE"],
    ["that names more blobs than an event may", { blobs: new Array(1_001).fill("b".repeat(64)) }, "TOO_LARGE"],
  ];

  test.each(BAD)("(%s) is set aside, shown at the link, and the others are sent", async (_what, more, reason) => {
    const end = await openEnd(engine, "city");
    expect(await end.link.sender.offer("issue", event("bad", more))).toMatch(/flying|held/);
    for (const id of ["good-1", "good-2"]) await end.link.sender.offer("issue", event(id));
    await eventually(() => expect(sent(end)).toEqual(expect.arrayContaining(["good-1", "good-2"])));
    await eventually(async () => {
      const row = { place: "outbox", source: `UP_${CITY}`, node: PROVINCE, key: "bad:1", reason };
      expect(await end.rows()).toMatchObject([row]);
    });
    expect(sent(end)).not.toContain("bad");
    expect(await end.link.sender.offer("issue", event("bad", more))).toBe("held");
    expect(await end.runtime.setAside.ofNode(PROVINCE)).toEqual({ count: 1, oldest: "bad:1" });
  });

  test("goes out when it is retried after mending", async () => {
    const end = await openEnd(engine, "city");
    const content = Buffer.from("the blob that was missing");
    const mended = event("bad", { blobs: [sha256Hex(content)] });
    await end.link.sender.offer("issue", mended);
    await eventually(async () => expect(await end.rows()).toHaveLength(1));
    await end.retryAll();
    expect(await end.rows()).toMatchObject([{ tries: 2 }]);
    end.blobs.set(sha256Hex(content), content);
    await end.retryAll();
    expect(await end.rows()).toEqual([]);
    expect(await end.link.sender.offer("issue", mended)).toBe("flying");
    await eventually(() => expect(sent(end)).toEqual(["bad"]));
  });

  test("a receipt that cannot be read or was not signed is set aside, and the next confirms its event", async () => {
    const end = await openEnd(engine, "city");
    await end.link.sender.offer("issue", event("good"));
    await eventually(() => expect(sent(end)).toEqual(["good"]));
    const { runtime } = end;
    const statement = statementOf(
      fromBinary(SignedEventSchema, end.published.get(`${UP}.data.event.1`) as Uint8Array),
      PROVINCE,
    );
    // Signed by this node's key, as everything in these tests, in the province's name.
    const at = { ...runtime, config: { ...runtime.config, node: { ...runtime.config.node, code: PROVINCE } } };
    const receipt = makeReceipt(at, statement);
    const unsigned = create(ReceiptSchema, { ...receipt, signature: new Uint8Array(64) });
    await end.deliver("receipt", `${DOWN}.receipt.1`, Buffer.from("garbage"));
    await end.deliver("receipt", `${DOWN}.receipt.1`, toBinary(ReceiptSchema, unsigned));
    expect(await end.rows()).toHaveLength(2);
    await end.deliver("receipt", `${DOWN}.receipt.1`, toBinary(ReceiptSchema, receipt));
    await eventually(() => expect(end.confirmed).toMatchObject([{ key: "good:1" }]));
    expect((await end.rows()).map(({ place, source }) => [place, source])).toEqual(
      new Array(2).fill(["inbox", `DOWN_${CITY}/receipt`]),
    );
  });
});
