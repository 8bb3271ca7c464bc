import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { BlobPieceSchema, SignedEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { piecesOf } from "../../services/sync/wire/blob-pieces.ts";
import { FIRST_PREVIOUS } from "../../services/sync/wire/signed-event.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { eventually } from "../node/eventually.ts";
import { CITY, DOWN, type End, event, openEnd, signedBytes, UP } from "./link-end.ts";

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
    ["a recipe that is none", `${UP}.data.blob.x.0`, () => piece({ recipe: true, content: garbage })],
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

  test("another event under a number that was used is neither applied nor confirmed, however long ago that was", async () => {
    const end = await openEnd(engine, "province");
    await goesOn(end, 1);
    await goesOn(end, 2);
    const first = receiptOf(end, 1);
    for (let times = 0; times < 2; times++)
      await end.deliver("data", `${UP}.data.event.1`, signedBytes(end, event("other"), 1));
    await goesOn(end, 3);
    expect(end.taken).toEqual(["good-1", "good-2", "good-3"]);
    expect(receiptOf(end, 1)).toEqual(first);
    expect(await end.rows()).toMatchObject([{ key: "other:1", reason: "NODE_BEHIND", node: CITY }]);
    const forks = end.evidence.filter(({ kind, body }) => kind === "event-fork" && body.number === 1);
    expect(forks).toHaveLength(1);
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
    expect(end.link.stuck).toBeUndefined();
    for (let tries = 1; tries <= 6; tries++) {
      expect(await end.rows()).toEqual([]);
      await end.deliver("data", `${UP}.data.event.1`, bytes);
      const waits = { key: "slow:1", number: 1n, tries: BigInt(tries), reason: "INTERNAL", detail: "internal error" };
      expect(end.link.stuck).toMatchObject(waits);
    }
    expect(await end.rows()).toMatchObject([{ key: "slow:1", reason: "INTERNAL" }]);
    end.refuse(() => undefined);
    await end.deliver("data", `${UP}.data.event.1`, bytes);
    expect(await end.rows()).toEqual([]);
    expect(end.link.stuck).toBeUndefined();
  });
});
