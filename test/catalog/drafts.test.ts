import { afterAll, beforeAll, expect, test } from "vitest";
import { CatalogItemState } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService, ItemDraftAction } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { ItemDraftState } from "../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { draftContent, MARKET, PEOPLE, type PersonName } from "../fixtures/draft-house.ts";
import { mongoForTests } from "../fixtures/mongo.ts";
import { type CatalogHouse, LINGHAI, openCatalogHouse, PENGWAN, PROVINCE } from "./catalog-house.ts";

// On the engine that the tests of the service itself do not use, where there is one.
const mongo = await mongoForTests();
const ID = `${LINGHAI}-market`;

let house: CatalogHouse;
beforeAll(async () => {
  house = await openCatalogHouse("uri" in mongo ? mongo.uri : undefined);
  await house.node(LINGHAI).operator(RegistryService).putDepartment({ department: MARKET });
  expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
}, 60_000);
afterAll(() => house.close());

const as = (name: PersonName) => house.node(PEOPLE[name].node).staff(DraftService, PEOPLE[name]);

/** Has a person take a step of the draft as it is; resolves to the reason where it is refused. */
async function step(name: PersonName, action: ItemDraftAction): Promise<string> {
  const { draft } = await as(name).getDraft({ id: ID });
  const request = { id: ID, revision: draft?.revision ?? 0n, action, remark: "意见" };
  return as(name)
    .takeDraftStep(request)
    .then(
      () => "OK",
      (error) => error.reason,
    );
}

const stateOf = async (name: PersonName) => (await as(name).getDraft({ id: ID })).draft?.state;

test("4.3.4 a draft of a city's department becomes a version at every node, though its city is away while the province decides", async () => {
  await as("anna").putDraft({ id: ID, itemCode: "YYZZ", content: draftContent });
  expect(await step("anna", ItemDraftAction.SUBMIT)).toBe("OK");
  expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
  // The province sees it from now on, and cannot work at it before its department has confirmed it.
  expect(await stateOf("paul")).toBe(ItemDraftState.SUBMITTED);
  expect(await step("inga", ItemDraftAction.REVIEW)).toBe("STEP_REFUSED");
  expect(await step("county", ItemDraftAction.REVIEW)).toBe("OK");
  expect(await step("anna", ItemDraftAction.CONFIRM)).toBe("SAME_PERSON");
  expect(await step("ben", ItemDraftAction.CONFIRM)).toBe("OK");
  expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);

  await house.stop(LINGHAI);
  expect(await step("paul", ItemDraftAction.APPROVE)).toBe("OK");
  expect(await step("paul", ItemDraftAction.PUBLISH)).toBe("SAME_PERSON");
  expect(await step("pia", ItemDraftAction.PUBLISH)).toBe("OK");
  await house.start(LINGHAI);
  expect(await stateOf("anna")).toBe(ItemDraftState.CONFIRMED);
  expect(await house.deliver(PROVINCE, LINGHAI, PENGWAN)).toEqual([]);

  const { draft } = await as("anna").getDraft({ id: ID });
  expect(draft).toMatchObject({ state: ItemDraftState.PUBLISHED, version: 1 });
  expect(draft?.steps.map(({ step: taken }) => taken?.account)).toEqual([
    ...["440100-anna", "440100-anna", "440100-county", "440100-ben", "440000-paul", "440000-pia"],
  ]);
  for (const node of [PROVINCE, LINGHAI, PENGWAN]) {
    const { item } = await house.node(node).operator(CatalogService).getCatalogItem({ code: "YYZZ" });
    expect(item).toMatchObject({ version: 1, publisher: PROVINCE, state: CatalogItemState.PUBLISHED });
    expect(item?.content?.keeperCode).toBe(MARKET.code);
  }
  // What is listed by state, by item and by what waits comes from indexes of the store.
  const { drafts } = await as("paul").listDrafts({ by: { case: "itemCode", value: "YYZZ" } });
  expect(drafts.map(({ id }) => id)).toEqual([ID]);
  expect((await as("paul").listDrafts({ by: { case: "waitsForMe", value: true } })).drafts).toEqual([]);
}, 60_000);
