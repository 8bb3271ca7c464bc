import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { BlobPieceSchema, PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { splitFile } from "../../services/document/pieces/split-file.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { EventLink } from "../../services/event/event-link.ts";
import { openBlobCourier } from "../../services/sync/send/blob-courier.ts";
import { linkedPeers, type Peer } from "../../services/sync/wire/topology.ts";
import { openEnd } from "../attacks/link-end.ts";
import { certificateFiles } from "../fixtures/certificate-files.ts";
import { bothEngines } from "../fixtures/engines.ts";

const [sqlite] = await bothEngines();
if (sqlite === undefined) throw new Error("no engine");

/** A city that sends files, and a province that takes them; what goes between is told. */
async function openBoth() {
  const [city, province] = [
    await openEnd(sqlite as NonNullable<typeof sqlite>, "city"),
    await openEnd(sqlite as NonNullable<typeof sqlite>, "province"),
  ];
  const crossed: { subject: string; data: Uint8Array }[] = [];
  const publish = async (subject: string, data: Uint8Array) => void crossed.push({ subject, data });
  const [peer] = linkedPeers(city.runtime.config);
  const courier = await openBlobCourier(city.runtime, { publish } as unknown as EventLink, peer as Peer, 1 << 24);
  /** Sends files as with an event of theirs; `again`: the event is repeated. Gives the octets that crossed. */
  const send = async (files: readonly Uint8Array[], again = false) => {
    crossed.length = 0;
    for (const file of files) await city.runtime.store.blobs.put(file);
    const { arrived } = await courier.publish(await courier.load("issue", eventOf(files), again));
    await arrived;
    return crossed.reduce((sum, { data }) => sum + data.length, 0);
  };
  const deliver = () => Promise.all(crossed.map(({ subject, data }) => province.deliver("data", subject, data)));
  const { blobs } = province.runtime.store;
  const expectThere = async (files: readonly Uint8Array[]) => {
    for (const file of files) expect(Buffer.compare((await blobs.get(sha256Hex(file))) as Uint8Array, file)).toBe(0);
  };
  return { province, blobs, city: city.runtime.store.blobs, crossed, send, deliver, expectThere };
}

/** An event that names files. */
const eventOf = (files: readonly Uint8Array[]) =>
  create(PendingEventSchema, { key: "c:1", aggregateId: "c", blobs: files.map(sha256Hex) });

const filesOf = (turn: number) => Object.values(certificateFiles(0, turn));

test("4.5.5: files of certificates go to the province as recipes, their shared fronts once, and come out octet by octet", async () => {
  const { province, send, deliver, expectThere } = await openBoth();
  const first = await send(filesOf(1));
  await deliver();
  const second = await send(filesOf(2));
  await deliver();
  expect(first).toBeGreaterThan(100_000);
  expect(second).toBeLessThan(25_000);
  await expectThere([...filesOf(1), ...filesOf(2)]);
  expect(await province.rows()).toEqual([]);
});

test("a recipe goes as the city keeps it, and is kept as it came: nobody splits a file again", async () => {
  const { blobs, city, crossed, send, deliver } = await openBoth();
  await send(filesOf(1));
  await deliver();
  const [digest = ""] = filesOf(1).map(sha256Hex);
  const kept = (await city.recipe(digest)) as Uint8Array;
  const [piece] = crossed
    .map(({ data }) => fromBinary(BlobPieceSchema, data))
    .filter(({ sha256 }) => sha256 === digest);
  expect(Buffer.compare(piece?.content as Uint8Array, kept)).toBe(0);
  expect(Buffer.compare((await blobs.recipe(digest)) as Uint8Array, kept)).toBe(0);
});

test("a recipe whose front did not come is left, and the file comes whole when its event is sent again", async () => {
  const { province, blobs, crossed, send, deliver, expectThere } = await openBoth();
  await send(filesOf(1));
  await send(filesOf(2));
  await deliver();
  const [pdf = new Uint8Array()] = filesOf(2);
  expect(await blobs.has(sha256Hex(pdf))).toBe(false);
  expect(await province.rows()).toEqual([]);
  expect(await send(filesOf(2), true)).toBeGreaterThan(200_000);
  expect(crossed.map(({ data }) => fromBinary(BlobPieceSchema, data).recipe)).toEqual([false, false]);
  await deliver();
  await expectThere(filesOf(2));
});

test("a node that does not know a recipe's version sets it aside, and takes the file whole when its event is sent again", async () => {
  const { province, blobs, crossed, send, deliver, expectThere } = await openBoth();
  await send(filesOf(1));
  await deliver();
  await send(filesOf(2));
  // As a node of a version before has it from one that knows more.
  for (const message of crossed) {
    const piece = fromBinary(BlobPieceSchema, message.data);
    if (piece.recipe) piece.content[3] = 3;
    message.data = toBinary(BlobPieceSchema, piece);
  }
  await deliver();
  expect(await province.rows()).toMatchObject([{ reason: "INVALID_FIELD" }, { reason: "INVALID_FIELD" }]);
  for (const file of filesOf(2)) expect(await blobs.has(sha256Hex(file))).toBe(false);
  expect(await send(filesOf(2), true)).toBeGreaterThan(200_000);
  await deliver();
  await expectThere(filesOf(2));
});

test("a recipe that gives another file than it came under is set aside, and nothing of it is kept", async () => {
  const { province, blobs, send, deliver } = await openBoth();
  await send(filesOf(1));
  await deliver();
  const [pdf = new Uint8Array()] = filesOf(2);
  const content = splitFile(pdf, sha256Hex)?.recipe as Uint8Array;
  const sha256 = "a".repeat(64);
  const piece = create(BlobPieceSchema, { sha256, index: 0, count: 1, content, recipe: true });
  await province.deliver("data", `ecert.440100.up.data.blob.${sha256}.0`, toBinary(BlobPieceSchema, piece));
  expect(await province.rows()).toMatchObject([{ reason: "INVALID_FIELD" }]);
  expect(await blobs.has(sha256)).toBe(false);
  expect(await blobs.has(sha256Hex(pdf))).toBe(false);
});
