import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogItemState, IssuingLevel } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { MemberSide } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { ItemDraftState } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import {
  confirmedDraft,
  type DraftHouse,
  draftContent,
  MARKET,
  openDraftHouse,
  publishedDraft,
} from "../../../test/fixtures/draft-house.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";

let house: DraftHouse;
beforeAll(async () => {
  house = await openDraftHouse();
}, 60_000);
afterAll(() => house.close());

const read = async (id: string, by: Parameters<DraftHouse["as"]>[0] = "anna") => house.as(by).getDraft({ id });

describe("4.3.4, 6.4.3 a catalog item comes to be", () => {
  test("by five people of a department, its body and the province, each step with who, when, remark and difference", async () => {
    await confirmedDraft(house, "440100-yyzz", "YYZZ");
    const published = await publishedDraft(house, "440100-yyzz");
    expect(published).toMatchObject({ state: ItemDraftState.PUBLISHED, version: 1 });
    const { draft } = await read("440100-yyzz");
    expect(draft).toMatchObject({ state: ItemDraftState.PUBLISHED, version: 1, openActions: [] });
    expect(draft?.steps.map(({ step }) => [step?.action, step?.account])).toEqual([
      ["edit", "440100-anna"],
      ["submit", "440100-anna"],
      ["review", "440100-county"],
      ["confirm", "440100-ben"],
      ["approve", "440000-paul"],
      ["publish", "440000-pia"],
    ]);
    expect(draft?.steps.every(({ step }) => step?.at === "2026-11-24T02:00:00.000Z")).toBe(true);
    const { item } = await house.city.catalog.getCatalogItem({ code: "YYZZ" });
    expect(item).toMatchObject({ version: 1, publisher: "440000", state: CatalogItemState.PUBLISHED });
    expect(item?.content).toMatchObject({ name: "营业执照", keeperCode: MARKET.code, retired: false });
    const kinds = house.province.test.evidence.filter(({ kind }) => kind === "item-draft-step");
    expect(kinds.map(({ body }) => [body.action, body.by])).toEqual([
      ["approve", "staff/440000-paul"],
      ["publish", "staff/440000-pia"],
    ]);
  });

  test("6.4.3.2 and is changed the same way, by the department that keeps it alone", async () => {
    const id = "440100-yyzz-change";
    const other = house.as("clara").putDraft({ id: "440100-x", itemCode: "YYZZ", content: draftContent });
    await expect(other).rejects.toMatchObject({ reason: "PERMISSION_DENIED", fields: [{ field: "item_code" }] });
    await house.as("anna").putDraft({ id, itemCode: "YYZZ", content: draftContent });
    await expect(house.step("anna", id, "SUBMIT")).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    const { draft: begun } = await read(id);
    const content = { ...draftContent, name: "营业执照（新）", exampleJson: '{"address":"深海市"}' };
    await house.as("anna").putDraft({ id, revision: begun?.revision ?? 0n, itemCode: "YYZZ", content });
    const { differences, version } = await house.as("county").compareDraft({ id });
    expect(version).toBe(1);
    expect(differences.map(({ label, kind, before, after }) => [label, kind, before, after])).toEqual([
      ["证照名称", "changed", '"营业执照"', '"营业执照（新）"'],
      ["证照样例·住所", "changed", '"广州市越秀区"', '"深海市"'],
    ]);
    // Saving again and again is one step, told against the version.
    expect((await read(id)).draft?.steps.map(({ step, differences: told }) => [step?.action, told.length])).toEqual([
      ["edit", 2],
    ]);
    await house.step("anna", id, "SUBMIT");
    await house.step("county", id, "REVIEW");
    await house.step("ben", id, "CONFIRM");
    expect(await house.deliver()).toEqual([]);
    await publishedDraft(house, id);
    expect((await house.city.catalog.getCatalogItem({ code: "YYZZ" })).item?.version).toBe(2);
  });

  test("and is retired the same way: its newest version says so, older ones stay, and it can be taken back", async () => {
    const id = "440100-yyzz-retired";
    const retire = { id, itemCode: "YYZZ", retires: true };
    await expect(house.as("anna").putDraft({ ...retire, content: draftContent })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
    });
    await house.as("anna").putDraft({ ...retire, remark: "政策调整" });
    expect((await house.as("anna").compareDraft({ id })).differences).toMatchObject([{ label: "停用", kind: "added" }]);
    await house.step("anna", id, "SUBMIT");
    await house.step("county", id, "REVIEW");
    await house.step("ben", id, "CONFIRM");
    await house.deliver();
    await publishedDraft(house, id);
    const { catalog } = house.city;
    expect((await catalog.getCatalogItem({ code: "YYZZ" })).item?.state).toBe(CatalogItemState.RETIRED);
    expect((await catalog.getCatalogItem({ code: "YYZZ", version: 2 })).item?.state).toBe(CatalogItemState.REPLACED);
    const wanted = { itemCode: "YYZZ", issuerCode: MARKET.code, appKey: "440100-a", day: "2026-11-24" };
    const terms = directClient(house.city.running, TermsService).getIssuingTerms(wanted);
    await expect(terms).rejects.toMatchObject({ reason: "ITEM_RETIRED", fields: [{ field: "item_code" }] });
    const again = house.as("anna").putDraft({ ...retire, id: "440100-again" });
    await expect(again).rejects.toMatchObject({ reason: "ITEM_RETIRED" });
    await confirmedDraft(house, "440100-yyzz-back", "YYZZ");
    await publishedDraft(house, "440100-yyzz-back");
    expect((await catalog.getCatalogItem({ code: "YYZZ" })).item).toMatchObject({
      version: 4,
      state: CatalogItemState.PUBLISHED,
    });
  });

  test("of a department of the province without leaving the province, its 实施员 first", async () => {
    const id = "440000-wsxk";
    const content = { ...draftContent, name: "卫生许可证", issuingLevels: [IssuingLevel.PROVINCE] };
    await house.as("eva").putDraft({ id, itemCode: "WSXK", content });
    await house.step("eva", id, "SUBMIT");
    await expect(house.step("paul", id, "REVIEW")).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await house.step("inga", id, "REVIEW");
    await expect(house.step("eva", id, "CONFIRM")).rejects.toMatchObject({ reason: "SAME_PERSON" });
    await house.step("fay", id, "CONFIRM");
    await publishedDraft(house, id);
    expect((await house.city.catalog.getCatalogItem({ code: "WSXK" })).item?.content?.name).toBe("卫生许可证");
  });
});

describe("4.3.3, 6.2.3.2 what a draft says", () => {
  const id = "440100-hygiene";

  test("is whole when it is submitted, and shows its seals when it is reviewed; each fault is told with its place", async () => {
    const dataSchemaJson = draftContent.dataSchemaJson.replace('"title":"住所",', "");
    const partial = { ...draftContent, dataSchemaJson, issuingLevels: [], issuingBodies: [], sealSamples: [] };
    await house.as("anna").putDraft({ id, itemCode: "HYG", content: partial });
    await expect(house.step("anna", id, "SUBMIT")).rejects.toMatchObject({
      reason: "DATA_INVALID",
      fields: [
        { field: "content.issuing_levels" },
        { field: "content.issuing_bodies" },
        { field: "content.data_schema_json/properties/address" },
      ],
    });
    const { draft } = await read(id);
    const content = { ...draftContent, sealSamples: [] };
    await house.as("anna").putDraft({ id, revision: draft?.revision ?? 0n, itemCode: "HYG", content });
    await house.step("anna", id, "SUBMIT");
    await expect(house.step("county", id, "REVIEW")).rejects.toMatchObject({
      fields: [{ field: "content.seal_samples" }],
    });
  });

  test("is configured by its body, which changes nothing that is the department's to say", async () => {
    const { draft } = await read(id, "county");
    const put = (content: object) =>
      house.as("county").putDraft({ id, revision: draft?.revision ?? 0n, itemCode: "HYG", content });
    await expect(put({ ...draftContent, name: "另一名称" })).rejects.toMatchObject({
      fields: [{ field: "content.name" }],
    });
    const { draft: configured } = await put(draftContent);
    expect(configured?.steps.at(-1)).toMatchObject({
      step: { action: "configure", account: "440100-county" },
      differences: [{ pointer: "/sealSamples", label: "印章图样", kind: "added" }],
    });
    expect((await house.step("county", id, "REVIEW")).state).toBe(ItemDraftState.REVIEWED);
  });

  test("is seen by those within reach alone, and changed by nobody who has not read it", async () => {
    await expect(read(id, "clara")).rejects.toMatchObject({ reason: "DRAFT_UNKNOWN" });
    const listed = async (name: Parameters<DraftHouse["as"]>[0], wanted: object) =>
      (await house.as(name).listDrafts(wanted)).drafts.map((one) => one.id);
    const waitsForMe = { case: "waitsForMe" as const, value: true };
    // Who wrote it may take it back, which takes it no further.
    expect(await listed("anna", { by: waitsForMe })).toEqual([id]);
    expect(await listed("anna", { by: waitsForMe, onward: true })).toEqual([]);
    expect(await listed("ben", { by: waitsForMe, onward: true })).toEqual([id]);
    const ofItem = (value: string) => ({ case: "itemCode" as const, value });
    expect(await listed("ben", { by: ofItem("HYG"), open: true })).toEqual([id]);
    expect((await listed("ben", { by: ofItem("YYZZ") })).length).toBeGreaterThan(0);
    expect(await listed("ben", { by: ofItem("YYZZ"), open: true })).toEqual([]);
    const stale = { id, revision: 1n, itemCode: "HYG", content: { ...draftContent, name: "旧" } };
    await expect(house.as("ben").putDraft(stale)).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    await house.step("ben", id, "RECALL");
    await expect(house.as("ben").putDraft(stale)).rejects.toMatchObject({ reason: "REVISION_CONFLICT" });
    const waiting = async (name: Parameters<DraftHouse["as"]>[0]) =>
      (await house.as(name).listDrafts({ by: { case: "waitsForMe", value: true } })).drafts.map((one) => one.id);
    expect(await waiting("anna")).toEqual([id]);
    expect(await waiting("county")).toEqual([]);
    const { drafts } = await house.as("county").listDrafts({ by: { case: "itemCode", value: "HYG" } });
    expect(drafts).toMatchObject([{ id, state: ItemDraftState.DRAFT }]);
    expect(drafts[0]?.content).toBeUndefined();
    expect((await house.as("clara").listDrafts({})).drafts).toEqual([]);
  });

  test("4.3.4 once people draft an item, no operator registers or publishes versions of it", async () => {
    const { catalog } = house.city;
    await expect(catalog.registerCatalogItem({ code: "HYG", content: draftContent })).rejects.toMatchObject({
      reason: "STEP_REFUSED",
      fields: [{ field: "code" }],
    });
  });

  test("a list goes on where its page ended, over the states that wait for somebody", async () => {
    for (const number of [1, 2, 3])
      await house.as("clara").putDraft({ id: `440100-list-${number}`, itemCode: `L${number}`, content: draftContent });
    await house.step("clara", "440100-list-2", "SUBMIT");
    await house.step("city", "440100-list-2", "REVIEW");
    const found: string[] = [];
    let pageToken = "";
    do {
      const page = await house
        .as("carl")
        .listDrafts({ by: { case: "waitsForMe", value: true }, pageSize: 1, pageToken });
      found.push(...page.drafts.map(({ id: one }) => one));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(found).toEqual(["440100-list-1", "440100-list-3", "440100-list-2"]);
    await expect(house.as("carl").listDrafts({ pageToken: "x" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });
});

describe("4.3.4 two drafts of one item at once", () => {
  const [mine, theirs] = ["440100-both-a", "440100-both-b"];
  const revisionOf = async (id: string) => (await read(id)).draft?.revision ?? 0n;

  test("are seen, each with the other, its base and where they differ", async () => {
    await house.as("anna").putDraft({ id: mine, itemCode: "YYZZ", content: { ...draftContent, name: "营业执照甲" } });
    const content = { ...draftContent, name: "营业执照乙", issuingBodies: ["登记机关"] };
    await house.as("ben").putDraft({ id: theirs, itemCode: "YYZZ", content });
    const { others, newestVersion } = await read(mine);
    expect(newestVersion).toBe(4);
    expect(others).toMatchObject([{ id: theirs, departmentCode: MARKET.code, baseVersion: 4 }]);
    const compared = await house
      .as("anna")
      .compareDraft({ id: mine, comparedWith: { case: "otherId", value: theirs } });
    expect(compared.differences.map(({ label }) => label)).toEqual(["证照名称", "颁发机构"]);
  });

  test("are not both published, also where both are published at the same moment", async () => {
    for (const [id, writer, other] of [
      [mine, "anna", "ben"],
      [theirs, "ben", "anna"],
    ] as const) {
      await house.step(writer, id, "SUBMIT");
      await house.step("county", id, "REVIEW");
      await house.step(other, id, "CONFIRM");
    }
    expect(await house.deliver()).toEqual([]);
    for (const id of [mine, theirs]) await house.step("paul", id, "APPROVE");
    const outcomes = await Promise.allSettled([mine, theirs].map((id) => house.step("pia", id, "PUBLISH")));
    const reasons = outcomes.map((one) => (one.status === "rejected" ? one.reason.reason : "OK"));
    expect(reasons.toSorted()).toEqual(["BASE_OUTDATED", "OK"]);
    const late = reasons[0] === "OK" ? theirs : mine;
    await house.step("paul", late, "REFUSE", "请与最新版本合并");
    expect(await house.deliver()).toEqual([]);
    expect((await house.city.catalog.getCatalogItem({ code: "YYZZ" })).item?.version).toBe(5);
    await expect(house.step("anna", late, "SUBMIT")).rejects.toMatchObject({ reason: "BASE_OUTDATED" });
  });

  test("are merged by a person, who chooses each member that both changed", async () => {
    const late = (
      await house.as("anna").listDrafts({ by: { case: "state", value: ItemDraftState.DRAFT } })
    ).drafts.find(({ id }) => id === mine || id === theirs)?.id as string;
    const rebase = async (more: object) =>
      house.as("anna").rebaseDraft({ id: late, revision: await revisionOf(late), ontoVersion: 5, ...more });
    await expect(rebase({ ontoVersion: 4 })).rejects.toMatchObject({ reason: "BASE_OUTDATED" });
    await expect(rebase({})).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "choices.name" }] });
    const unknown = rebase({ choices: [{ member: "retired", side: MemberSide.DRAFT }] });
    await expect(unknown).rejects.toMatchObject({ fields: [{ field: "choices[0].member" }] });
    const { draft } = await rebase({ choices: [{ member: "name", side: MemberSide.DRAFT }] });
    expect(draft?.baseVersion).toBe(5);
    const { version, differences } = await house.as("anna").compareDraft({ id: late });
    expect(version).toBe(5);
    expect(differences.map(({ label }) => label)).toContain("证照名称");
    expect((await house.step("anna", late, "SUBMIT")).state).toBe(ItemDraftState.SUBMITTED);
  });
});
