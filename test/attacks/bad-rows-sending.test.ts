import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import {
  EventGroupSchema,
  ReceiptSchema,
  type SignedEvent,
  SignedEventSchema,
} from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { makeReceipt } from "../../services/sync/wire/receipt.ts";
import { statementOf } from "../../services/sync/wire/signed-event.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { eventually } from "../node/eventually.ts";
import { CITY, DOWN, type End, type EventMembers, event, openEnd, PROVINCE, UP } from "./link-end.ts";

describe.each(await bothEngines())("one bad event on its way to a peer on $name", (engine) => {
  /** Events that the stream has taken, by themselves or with others. */
  const events = ({ published }: End) =>
    [...published].flatMap(([subject, data]) => {
      if (subject.startsWith(`${UP}.data.event.`)) return [fromBinary(SignedEventSchema, data)];
      return subject.startsWith(`${UP}.data.group.`) ? fromBinary(EventGroupSchema, data).events : [];
    });
  const sent = (end: End) => events(end).map(({ event: one }) => one?.aggregateId);

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
    expect(end.link.stuck).toMatchObject({ key: "bad:1", tries: 1n, reason });
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
    const statement = statementOf(events(end)[0] as SignedEvent, PROVINCE);
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
