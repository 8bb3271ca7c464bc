import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type CatalogItem,
  CatalogItemSchema,
  CatalogItemState,
  DataBindingSchema,
  IssuingLevel,
  SealSampleSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { licenceContent as content } from "../../../test/fixtures/licence-content.ts";
import {
  directClient,
  openTestRuntime,
  type TestRuntime,
  type TestRuntimeOptions,
} from "../../../test/fixtures/runtime.ts";
import type { NodeRole } from "../../host/roles.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";
import { ITEMS, type ItemDocument } from "../stored/records.ts";

const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });

let opened: { test: TestRuntime; running: RunningService }[] = [];
let province: Awaited<ReturnType<typeof start>>;
let city: Awaited<ReturnType<typeof start>>;

async function start(options: Omit<TestRuntimeOptions, "service">) {
  const test = await openTestRuntime({ service: "catalog", ...options });
  const running = await catalogService.start(test.runtime);
  opened.push({ test, running });
  return {
    test,
    catalog: directClient(running, CatalogService),
    outbox: directClient(running, OutboxService),
    inbox: directClient(running, InboxService),
    items: await test.runtime.store.collection<ItemDocument>(ITEMS),
    setAside: async () => (await test.runtime.setAside.list(10, "")).items,
  };
}

beforeEach(async () => {
  opened = [];
  province = await start({ role: "province", code: "440000", peers: [peer("440100", "city")] });
  city = await start({
    peers: [peer("440000", "province"), peer("440300", "city")],
    nodeKeys: { "440000": province.test.nodePublicKeyPem },
  });
});
afterEach(async () => {
  for (const { test, running } of opened) {
    const closed = test.close();
    await running.stop();
    await closed;
  }
});

async function published(): Promise<CatalogItem> {
  await province.catalog.registerCatalogItem({ code: "YYZZ", content });
  const { item } = await province.catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
  if (!item) throw new Error("nothing was published");
  return item;
}

/** An event as the province's stream brings it, whoever wrote it. */
function arrive(item: CatalogItem | Uint8Array, node = "440000") {
  const payload = item instanceof Uint8Array ? item : toBinary(CatalogItemSchema, item);
  const kind = EventKind.CATALOG_ITEM_PUBLISHED;
  return city.inbox.applyEvent({ node, event: { key: "YYZZ/1:1", kind, revision: 1n, payload } });
}

test("4.3.1: a published version bears the province's signature, travels with it, and is given out with it", async () => {
  const item = await published();
  expect(item).toMatchObject({ publisher: "440000", state: CatalogItemState.PUBLISHED });
  expect(item.signature).toHaveLength(64);
  const [event] = (await province.outbox.listPendingEvents({})).events;
  expect(fromBinary(CatalogItemSchema, event?.payload ?? new Uint8Array())).toEqual(item);
  expect(await arrive(item)).toMatchObject({ changed: true });
  expect(await arrive(item)).toMatchObject({ changed: false });
  const { item: taken } = await city.catalog.getCatalogItem({ code: "YYZZ" });
  expect([taken?.publisher, taken?.signature]).toEqual([item.publisher, item.signature]);
  expect((await province.outbox.confirmEvents({ keys: [event?.key ?? ""] })).cleared).toBe(1);
  expect((await province.outbox.listPendingEvents({})).events).toHaveLength(0);
});

test("4.3.1: a version that the province has not signed just so is refused, set aside, and not there", async () => {
  const item = await published();
  const forged: Partial<CatalogItem>[] = [
    { version: 999 },
    { code: "OTHER" },
    { publisher: "440100" },
    { publishedAt: "2020-01-01T00:00:00.000Z" },
    { signature: new Uint8Array(64) },
    { signature: new Uint8Array() },
    ...Object.entries({
      ...{ name: "假证", typeCode: "11100000MB03271699002", holdersMax: 9, faceTemplateJson: "{}" },
      bindings: [create(DataBindingSchema, { dataItem: "/address", metadata: "number" })],
      ...{
        issuingLevels: [IssuingLevel.CITY],
        issuingBodies: ["机关"],
        keeperCode: "114401000000990003",
        retired: true,
      },
      sealSamples: [create(SealSampleSchema, { name: "专用章", pictureJson: "{}" })],
    }).map(([member, value]) => ({ content: { ...item.content, [member]: value } as CatalogItem["content"] })),
  ];
  for (const change of forged) {
    const refused = arrive(create(CatalogItemSchema, { ...item, ...change }));
    await expect(refused).rejects.toMatchObject({ reason: "SIGNATURE_INVALID" });
  }
  expect((await city.catalog.listCatalogItems({})).items).toEqual([]);
  expect((await city.setAside()).map(({ place, key, node }) => [place, key, node])).toEqual(
    expect.arrayContaining([["registry", "YYZZ/999", "440000"]]),
  );
});

test("a payload that is no version is refused for good, and one without content too", async () => {
  await expect(arrive(Buffer.from('{"code":"YYZZ"}'))).rejects.toMatchObject({
    reason: "INVALID_FIELD",
    fields: [{ field: "event.payload" }],
  });
  await expect(arrive(create(CatalogItemSchema, { code: "YYZZ" }))).rejects.toMatchObject({ reason: "INVALID_FIELD" });
});

test("4.3.1: another city's word for a version counts for nothing, signed or not", async () => {
  const item = await published();
  await expect(arrive(item, "440300")).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
});

test("4.3.4: a version that is there with other content stays, and the conflict is set aside until it is mended", async () => {
  await city.catalog.registerCatalogItem({ code: "YYZZ", content: { ...content, name: "草案" } });
  const item = await published();
  await expect(arrive(item)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
  expect((await city.catalog.getCatalogItem({ code: "YYZZ", version: 1 })).item?.content?.name).toBe("草案");
  const [row] = await city.setAside();
  expect(row).toMatchObject({ place: "registry", key: "YYZZ/1", node: "440000", reason: "ALREADY_EXISTS" });
  expect(await city.test.runtime.setAside.retry(row?._id ?? "")).toMatchObject({ tries: 2 });
  await city.items.remove("YYZZ/1", 1);
  expect(await city.test.runtime.setAside.retry(row?._id ?? "")).toBeUndefined();
  expect((await city.catalog.getCatalogItem({ code: "YYZZ" })).item?.content?.name).toBe("营业执照");
});

test("a draft of the same content at the city becomes the published version", async () => {
  await city.catalog.registerCatalogItem({ code: "YYZZ", content });
  expect(await arrive(await published())).toMatchObject({ changed: true });
  expect((await city.catalog.getCatalogItem({ code: "YYZZ" })).item?.state).toBe(CatalogItemState.PUBLISHED);
});

test("what was published before versions were signed is signed at the province's start, and sent out once more", async () => {
  const item = await published();
  const {
    publisher: _p,
    signature: _s,
    timesSent: _t,
    ...before
  } = (await province.items.get("YYZZ/1")) as ItemDocument;
  const stale = {
    key: "YYZZ/1:1",
    kind: EventKind.CATALOG_ITEM_PUBLISHED,
    revision: 1,
    payload: "",
    blobs: [],
    occurredAt: before.pendingSince ?? "",
  };
  await province.items.replace({ ...before, pending: [stale] });
  await catalogService.start(province.test.runtime);
  const { events } = await province.outbox.listPendingEvents({});
  expect(events.map(({ key }) => key)).toEqual(["YYZZ/1:2"]);
  const sent = fromBinary(CatalogItemSchema, events[0]?.payload ?? new Uint8Array());
  expect(sent.signature).toEqual(item.signature);
  // A city that had taken it over unsigned now has the signature.
  const { pending: _pending, pendingSince: _since, ...unsigned } = before;
  await city.items.insert({ ...unsigned, revision: 1 });
  expect((await city.catalog.getCatalogItem({ code: "YYZZ" })).item?.signature).toHaveLength(0);
  expect(await arrive(sent)).toMatchObject({ changed: true });
  expect((await city.catalog.getCatalogItem({ code: "YYZZ" })).item?.signature).toEqual(item.signature);
  await catalogService.start(province.test.runtime);
  expect((await province.outbox.listPendingEvents({})).events.map(({ key }) => key)).toEqual(["YYZZ/1:2"]);
});

test("4.3.4: content that was registered before is found again, however many versions came since", async () => {
  const items = await province.test.runtime.store.collection<ItemDocument>(ITEMS);
  await province.catalog.registerCatalogItem({ code: "YYZZ", content });
  const first = (await items.get("YYZZ/1")) as ItemDocument;
  const later = Array.from({ length: 120 }, (_, place) => ({
    ...first,
    _id: `YYZZ/${place + 2}`,
    version: place + 2,
    digest: String(place),
  }));
  await items.insertMany(later);
  const { item } = await province.catalog.registerCatalogItem({ code: "YYZZ", content });
  expect(item?.version).toBe(1);
});
