import { randomBytes } from "node:crypto";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import {
  EventGroupSchema,
  EventKind,
  type Receipt,
  ReceiptGroupSchema,
  type SignedEvent,
  SignedEventSchema,
} from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { nodeSignedBytes } from "../../services/statement/node-signed.ts";
import { piecesOf } from "../../services/sync/wire/blob-pieces.ts";
import { makeReceipt, verifyReceiptOf } from "../../services/sync/wire/receipt.ts";
import { eventDigest, FIRST_PREVIOUS, statementOf } from "../../services/sync/wire/signed-event.ts";
import { CITY, DOWN, type End, event, openEnd, PROVINCE, signedBytes, UP } from "../attacks/link-end.ts";
import { certificateFiles } from "../fixtures/certificate-files.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { eventually } from "../node/eventually.ts";

const [sqlite] = await bothEngines();
if (sqlite === undefined) throw new Error("no engine");
const open = (role: "city" | "province") => openEnd(sqlite, role);

const names = ["a", "b", "c"];
const groupIn = (end: End, number: number) => {
  const message = end.published.get(`${UP}.data.group.${number}`);
  return message && fromBinary(EventGroupSchema, message);
};

/** Offers events in one turn, as the relay does. */
const offer = (end: End, events: readonly ReturnType<typeof event>[]) =>
  Promise.all(events.map((one) => end.link.sender.offer("issue", one)));

/** Events of the city in a chain, as its sender signs them. */
function chained(end: End, ids: readonly string[]): SignedEvent[] {
  let previous = FIRST_PREVIOUS;
  return ids.map((id, index) => {
    const signed = fromBinary(SignedEventSchema, signedBytes(end, event(id), index + 1, previous));
    previous = eventDigest(statementOf(signed, PROVINCE));
    return signed;
  });
}

/** The province's receipt for an event of the city. */
function receiptOf({ runtime }: End, signed: SignedEvent): Receipt {
  const receipt = { ...makeReceipt(runtime, statementOf(signed, PROVINCE)), node: PROVINCE };
  const { node, originNode, number, key, payloadSha256, appliedAt } = receipt;
  const statement = { node, originNode, number: Number(number), key, payloadSha256, appliedAt };
  return { ...receipt, signature: runtime.nodeKey.sign(nodeSignedBytes("ecert.receipt.v1", statement)) };
}

const groupOf = (events: SignedEvent[], pieces: ReturnType<typeof piecesOf> = []) =>
  toBinary(EventGroupSchema, create(EventGroupSchema, { events, pieces }));

test("5.7.3: events that wait together go up by one message, numbered and signed each, with the files that they name", async () => {
  const city = await open("city");
  const files = Object.values(certificateFiles(0, 1));
  for (const file of files) await city.runtime.store.blobs.put(file);
  await offer(city, [event("a"), event("b", { blobs: files.map(sha256Hex) }), event("c")]);
  await eventually(() => expect(groupIn(city, 1)?.events).toHaveLength(3));
  const { events = [], pieces = [] } = groupIn(city, 1) ?? {};
  expect(events.map(({ number }) => number)).toEqual([1n, 2n, 3n]);
  expect(pieces.filter(({ recipe }) => recipe).map(({ sha256 }) => sha256)).toEqual(files.map(sha256Hex));
  expect([...city.published.keys()]).toEqual([`${UP}.data.group.1`]);
});

test("an event with large files goes by itself, its files piece by piece", async () => {
  const city = await open("city");
  const large = Buffer.alloc(2 << 20, "large");
  const blobs = [await city.runtime.store.blobs.put(large)];
  await offer(city, [event("a"), event("b", { blobs }), event("c")]);
  await eventually(() => expect(city.published.has(`${UP}.data.event.2`)).toBe(true));
  const sent = () => [...city.published.keys()].map((subject) => subject.replace(`${blobs[0]}.`, ""));
  const pieces = [0, 1, 2, 3].map((index) => `${UP}.data.blob.${index}`);
  await eventually(() => expect(sent().sort()).toEqual([...pieces, ...EXPECTED].sort()));
});
const EXPECTED = [`${UP}.data.event.2`, `${UP}.data.group.1`, `${UP}.data.group.3`];

test("the province sends each event by itself: a city of an earlier version reads no others", async () => {
  const province = await open("province");
  const down = (id: string) => event(id, { kind: EventKind.REGISTRY_CHANGED });
  await Promise.all(names.map((id) => province.link.sender.offer("catalog", down(id))));
  await eventually(() => expect(province.published.size).toBe(3));
  expect([...province.published.keys()]).toEqual([1, 2, 3].map((number) => `${DOWN}.data.event.${number}`));
});

test("what came by one message is confirmed by one, each by a receipt of its own", async () => {
  const province = await open("province");
  await province.deliver("data", `${UP}.data.group.1`, groupOf(chained(province, names)));
  const subject = `${DOWN}.receipt.group.1`;
  await eventually(() => expect(province.published.has(subject)).toBe(true));
  expect(province.taken).toEqual(names);
  expect([...province.published.keys()]).toEqual([subject]);
  const { receipts } = fromBinary(ReceiptGroupSchema, province.published.get(subject) as Uint8Array);
  expect(receipts.map(({ number, key }) => [number, key])).toEqual([
    [1n, "a:1"],
    [2n, "b:1"],
    [3n, "c:1"],
  ]);
  expect(receipts.every((receipt) => verifyReceiptOf(province.runtime, PROVINCE, CITY, receipt))).toBe(true);
});

test("one bad event or piece of a message is set aside alone, and tried again by itself", async () => {
  const province = await open("province");
  const events = chained(province, names);
  const [, bad] = events as [SignedEvent, SignedEvent];
  bad.signature = new Uint8Array(64);
  const pieces = piecesOf("f".repeat(64), Buffer.from("of another digest"));
  await province.deliver("data", `${UP}.data.group.1`, groupOf(events, pieces));
  expect(province.taken).toEqual(["a", "c"]);
  const rows = await province.rows();
  const keys = [`${UP}.data.blob.${"f".repeat(64)}.0`, `${UP}.data.event.2`];
  expect(rows.map(({ key }) => key).sort()).toEqual(keys);
  await province.retryAll();
  expect((await province.rows()).map(({ tries }) => tries)).toEqual([2, 2]);
});

test("an event of a message that waits for its blobs gets no receipt, and all others do", async () => {
  const province = await open("province");
  province.refuse((id) => (id === "b" ? new Refusal("DOCUMENT_MISSING", "blobs have not come") : undefined));
  await province.deliver("data", `${UP}.data.group.1`, groupOf(chained(province, names)));
  await eventually(() => expect(province.published.has(`${DOWN}.receipt.group.1`)).toBe(true));
  const { receipts } = fromBinary(ReceiptGroupSchema, province.published.get(`${DOWN}.receipt.group.1`) as Uint8Array);
  expect(receipts.map(({ number }) => number)).toEqual([1n, 3n]);
  expect(await province.rows()).toEqual([]);
});

test("a receipt of a message that the peer has not signed is set aside alone, and the others count", async () => {
  const city = await open("city");
  await offer(
    city,
    names.map((id) => event(id)),
  );
  await eventually(() => expect(groupIn(city, 1)).toBeDefined());
  const receipts = (groupIn(city, 1)?.events ?? []).map((signed) => receiptOf(city, signed));
  const [, forged] = receipts as [Receipt, Receipt];
  forged.signature = new Uint8Array(64);
  const message = create(ReceiptGroupSchema, { receipts });
  await city.deliver("receipt", `${DOWN}.receipt.group.1`, toBinary(ReceiptGroupSchema, message));
  await eventually(() => expect(city.confirmed.map(({ number }) => number)).toEqual([1, 3]));
  expect((await city.rows()).map(({ key }) => key)).toEqual([`${DOWN}.receipt.2`]);
  await city.retryAll();
  expect((await city.rows()).map(({ tries }) => tries)).toEqual([2]);
});

test.each([
  ["events", groupOf(Array.from({ length: 65 }, () => create(SignedEventSchema, { node: CITY })))],
  ["pieces", groupOf([], Array.from({ length: 513 }, () => piecesOf("e".repeat(64), new Uint8Array())).flat())],
])("a message with more %s than it may hold is set aside whole", async (_what, message) => {
  const province = await open("province");
  await province.deliver("data", `${UP}.data.group.1`, message);
  expect(await province.rows()).toMatchObject([{ key: `${UP}.data.group.1`, reason: "TOO_LARGE" }]);
});

test("what the stream refuses as too large for one message goes by itself, its files piece by piece", async () => {
  const city = await open("city");
  const blobs = [await city.runtime.store.blobs.put(randomBytes(1 << 20))];
  const payload = Buffer.alloc(7 << 20);
  await offer(city, [event("a", { payload, blobs })]);
  await eventually(() => expect(city.published.has(`${UP}.data.event.1`)).toBe(true));
  expect(city.published.size).toBe(3);
  expect(await city.rows()).toEqual([]);
});
