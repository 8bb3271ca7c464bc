import { create, toJson } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CatalogItemContentSchema, CatalogItemState } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { makePng } from "../../test/document/png.ts";
import { licenceContent as content } from "../../test/fixtures/licence-content.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../test/fixtures/runtime.ts";
import { digestOf, type JsonObject, sha256Hex } from "../domain/canonical.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import type { NodeConfig } from "../host/config.ts";
import type { NodeRole } from "../host/roles.ts";
import type { RunningService } from "../node/runtime.ts";
import { catalogService } from "./main.ts";
import { ITEMS, type ItemDocument } from "./stored/records.ts";

const DEPARTMENT = "114401000000990003";

let opened: { test: TestRuntime; running: RunningService }[] = [];

async function start(
  role: NodeRole,
  peers: NodeConfig["peers"] = [],
  { clients = {}, province }: { clients?: Record<string, unknown>; province?: TestRuntime } = {},
) {
  const test = await openTestRuntime({
    service: "catalog",
    role,
    code: role === "province" ? "440000" : "440100",
    peers,
    clients,
    ...(province && { nodeKeys: { "440000": province.nodePublicKeyPem } }),
  });
  const running = await catalogService.start(test.runtime);
  opened.push({ test, running });
  return {
    test,
    catalog: directClient(running, CatalogService),
    registry: directClient(running, RegistryService),
    outbox: directClient(running, OutboxService),
    inbox: directClient(running, InboxService),
  };
}

const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });

beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  for (const { test, running } of opened) {
    const closed = test.close();
    await running.stop();
    await closed;
  }
});

describe("4.3.4 a face is tried before it is registered", () => {
  test("as PDF with the example's data under a watermark; nothing is kept", async () => {
    const { catalog } = await start("province");
    const { file } = await catalog.previewFace({ content });
    expect(Buffer.from(file?.content ?? []).toString("latin1", 0, 5)).toBe("%PDF-");
    const other = await catalog.previewFace({ content: { ...content, exampleJson: '{"address":"深圳市"}' } });
    expect(other.file?.sha256).not.toBe(file?.sha256);
    await expect(catalog.getCatalogItem({ code: "X", version: 1 })).rejects.toMatchObject({ reason: "ITEM_UNKNOWN" });
  });

  test("with every fault of the content: a source that the data do not have is one", async () => {
    const { catalog } = await start("province");
    const faceTemplateJson = content.faceTemplateJson.replace("data.address", "data.adress");
    await expect(catalog.previewFace({ content: { ...content, faceTemplateJson } })).rejects.toMatchObject({
      reason: "DATA_INVALID",
      fields: [{ field: "content.face_template_json/elements/0/source" }],
    });
  });

  test("with the photo that is sent along, held to the rules of attachments", async () => {
    const { catalog } = await start("province");
    const template = JSON.parse(content.faceTemplateJson);
    template.elements.push({ type: "image", box: [5, 5, 20, 20], attachment: "照片" });
    const withPhoto = { ...content, faceTemplateJson: JSON.stringify(template) };
    const photo = makePng(4, 4);
    const attachment = { name: "照片", mediaType: "image/png", content: photo, sha256: sha256Hex(photo) };
    const blank = await catalog.previewFace({ content: withPhoto });
    const shown = await catalog.previewFace({ content: withPhoto, attachments: [attachment] });
    expect(Buffer.from(shown.file?.content ?? []).includes("/Subtype /Image")).toBe(true);
    expect(Buffer.from(blank.file?.content ?? []).includes("/Subtype /Image")).toBe(false);
    const other = { ...attachment, sha256: sha256Hex("another") };
    await expect(catalog.previewFace({ content: withPhoto, attachments: [other] })).rejects.toMatchObject({
      reason: "ATTACHMENT_REFUSED",
      fields: [{ field: "attachments[0].sha256" }],
    });
  });

  test("with the characters that the fonts lack", async () => {
    const { catalog } = await start("province");
    await expect(
      catalog.previewFace({ content: { ...content, exampleJson: '{"address":"𰀀"}' } }),
    ).rejects.toMatchObject({ reason: "GLYPH_MISSING", fields: [{ field: "/data/address" }] });
  });
});

describe("catalog items (4.3)", () => {
  test("4.3.4 a registered version is not published until the province publishes it, and never changes again", async () => {
    const { catalog } = await start("province");
    const first = await catalog.registerCatalogItem({ code: "YYZZ", content });
    expect(first.item).toMatchObject({ version: 1, state: CatalogItemState.REGISTERED });
    await expect(catalog.getCatalogItem({ code: "YYZZ" })).rejects.toMatchObject({ reason: "ITEM_UNKNOWN" });
    const published = await catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
    expect(published.item?.state).toBe(CatalogItemState.PUBLISHED);
    const again = await catalog.registerCatalogItem({ code: "YYZZ", content });
    expect(again.item).toMatchObject({ version: 1, state: CatalogItemState.PUBLISHED });
  });

  test("4.3.4 other content becomes the next version, and publishing it replaces the first", async () => {
    const { catalog } = await start("province");
    await catalog.registerCatalogItem({ code: "YYZZ", content });
    await catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
    const changed = { ...content, name: "营业执照（新）" };
    const second = await catalog.registerCatalogItem({ code: "YYZZ", content: changed });
    expect(second.item?.version).toBe(2);
    await catalog.publishCatalogItem({ code: "YYZZ", version: 2 });
    expect((await catalog.getCatalogItem({ code: "YYZZ", version: 1 })).item?.state).toBe(CatalogItemState.REPLACED);
    const listed = await catalog.listCatalogItems({});
    expect(listed.items.map((item) => [item.code, item.version])).toEqual([["YYZZ", 2]]);
    const named = async (search: string) => (await catalog.listCatalogItems({ search, pageSize: 1 })).items.length;
    expect([await named("（新"), await named("yyz"), await named("许可证")]).toEqual([1, 1, 0]);
    const { items } = await catalog.listCatalogItems({ search: "YY", orderBy: "-published_at" });
    expect(items.map(({ version }) => version)).toEqual([2]);
  });

  test("4.3.4 its versions are found by state, by number, name or day of publication, and sorted; each tells until when it was in force, whatever is left out beside it", async () => {
    const { catalog } = await start("province");
    for (const version of [1, 2, 3, 4]) {
      await catalog.registerCatalogItem({
        code: "YYZZ",
        content: { ...content, name: `营业执照${"甲乙丙丁"[version - 1]}` },
      });
      if (version < 4) await catalog.publishCatalogItem({ code: "YYZZ", version });
    }
    const list = async (wanted: object) => {
      const numbers: number[] = [];
      const ends: string[] = [];
      let pageToken = "";
      do {
        const page = await catalog.listCatalogItemVersions({ code: "YYZZ", pageSize: 2, ...wanted, pageToken });
        numbers.push(...page.items.map(({ version }) => version));
        ends.push(...page.replacedAt);
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      return { numbers, ends };
    };
    const begun = async (version: number) =>
      (await catalog.getCatalogItem({ code: "YYZZ", version })).item?.publishedAt;
    const [second, third] = [await begun(2), await begun(3)];
    expect(await list({})).toEqual({ numbers: [4, 3, 2, 1], ends: ["", "", third, second] });
    expect(await list({ state: CatalogItemState.REPLACED })).toEqual({ numbers: [2, 1], ends: [third, second] });
    expect(await list({ state: CatalogItemState.PUBLISHED })).toEqual({ numbers: [3], ends: [""] });
    expect(await list({ search: "照甲" })).toEqual({ numbers: [1], ends: [second] });
    expect((await list({ search: "4" })).numbers).toContain(4);
    expect((await list({ search: shanghaiDay(new Date(third ?? "")) })).numbers).toEqual([3, 2, 1]);
    expect(await list({ orderBy: "version" })).toEqual({ numbers: [1, 2, 3, 4], ends: [second, third, "", ""] });
    expect((await list({ orderBy: "-published_at" })).numbers).toEqual([3, 2, 1, 4]);
  });

  test("4.3.3 every fault of the content is told at once", async () => {
    const { catalog } = await start("province");
    const bad = {
      ...content,
      typeCode: "11100000MB0327169A001",
      validityRuleJson: "{}",
      exampleJson: '{"adress":"x"}',
    };
    const refused = catalog.registerCatalogItem({ code: "YYZZ", content: bad });
    await expect(refused).rejects.toMatchObject({ reason: "DATA_INVALID" });
    const fields = await refused.catch((error) => error.fields.map((fault: { field: string }) => fault.field));
    expect(fields).toEqual(
      expect.arrayContaining([
        "content.type_code",
        expect.stringContaining("validity_rule"),
        expect.stringContaining("example_json"),
      ]),
    );
  });

  test("4.3.3 a face without room for all that its schema allows is refused, with the box and what fits", async () => {
    const { catalog } = await start("province");
    const faceTemplateJson = content.faceTemplateJson.replace("[20,20,250,10]", "[20,20,60,10]");
    const refused = catalog.registerCatalogItem({ code: "YYZZ", content: { ...content, faceTemplateJson } });
    await expect(refused).rejects.toMatchObject({
      reason: "DATA_INVALID",
      fields: [
        {
          field: "content.face_template_json/elements/0/box",
          description: expect.stringMatching(/\/data\/address .* 100 characters, does not fit: \d+ do/),
          remedy: expect.stringContaining("/properties/address"),
          localized: expect.stringContaining("版面只容纳"),
        },
      ],
    });
    await expect(catalog.getCatalogItem({ code: "YYZZ", version: 1 })).rejects.toMatchObject({
      reason: "ITEM_UNKNOWN",
    });
    // Who writes it may look at it all the same.
    expect((await catalog.previewFace({ content: { ...content, faceTemplateJson } })).file?.format).toBeDefined();
  });

  test("4.3.4 what was registered before its face was held to that stays as it is, also when it is registered again", async () => {
    const { catalog, test } = await start("province");
    const tight = { ...content, faceTemplateJson: content.faceTemplateJson.replace("[20,20,250,10]", "[20,20,60,10]") };
    const json = toJson(CatalogItemContentSchema, create(CatalogItemContentSchema, tight)) as JsonObject;
    const items = await test.runtime.store.collection<ItemDocument>(ITEMS);
    const registeredAt = "2026-01-01T00:00:00.000Z";
    await items.insertMany([
      { _id: "OLD/1", revision: 1, code: "OLD", version: 1, digest: digestOf(json), content: json, registeredAt },
    ]);
    expect((await catalog.registerCatalogItem({ code: "OLD", content: tight })).item?.version).toBe(1);
    expect((await catalog.publishCatalogItem({ code: "OLD", version: 1 })).item?.state).toBe(
      CatalogItemState.PUBLISHED,
    );
  });

  test("4.3.1 a city publishes nothing", async () => {
    const { catalog } = await start("city");
    await catalog.registerCatalogItem({ code: "YYZZ", content });
    const refused = catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
    await expect(refused).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("5.7.3 a city that joins later asks the province for what it has missed", async () => {
    const province = await start("province");
    await province.catalog.registerCatalogItem({ code: "YYZZ", content });
    await province.catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
    const peers = [{ ...peer("440000", "province"), services: { catalog: { addresses: ["unused:1"] } } }];
    const clients = { "ecert.catalog.v1.CatalogService": province.catalog };
    const city = await start("city", peers, { clients, province: province.test });
    const found = async () => (await city.catalog.listCatalogItems({})).items.map((item) => item.code);
    await expect.poll(found).toEqual(["YYZZ"]);
  });
});

describe("departments (6.2.2)", () => {
  const department = { code: DEPARTMENT, name: "广州市市场监督管理局", division: "440100" };

  test("6.4.1.1 a wrong check character is refused with its field", async () => {
    const { registry } = await start("city");
    const refused = registry.putDepartment({ department: { ...department, code: "114401000000990004" } });
    await expect(refused).rejects.toMatchObject({ reason: "CODE_INVALID", fields: [{ field: "department.code" }] });
  });
});
