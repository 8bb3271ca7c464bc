import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { PROVINCE } from "../../ops/trial/plan.ts";
import { CatalogItemState, IssuingLevel, SealSampleSchema } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService, ItemDraftAction } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { ItemDraftState } from "../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { PEOPLE } from "./governance-people.ts";
import { type GovernanceScene, refused, settling } from "./governance-scene.ts";

const DRAFT = "440100-licence";

/** A kind of certificate, from a draft to a version at the city (4.3.4, 6.2.3.2, 6.4.3). */
export function describeItem(scene: () => GovernanceScene): void {
  describe("4.3.4, 6.2.3.2, 6.4.3 a kind of certificate becomes a version of the province's catalog", () => {
    test("written by one person of the department, configured by the city, confirmed by another person, approved and published by two at the province", async () => {
      const { code: itemCode, content, sealPicture } = scene().licence;
      const whole = { ...content, issuingLevels: [IssuingLevel.COUNTY], issuingBodies: ["县级以上市场监督管理部门"] };
      const drafts = await scene().as("writer", DraftService);
      const begun = { id: DRAFT, itemCode };
      const another = await scene().as("lister", DraftService);
      await refused(another.putDraft({ ...begun, content: whole }), "PERMISSION_DENIED");
      await drafts.putDraft({ ...begun, content });
      await refused(scene().step("writer", DRAFT, ItemDraftAction.SUBMIT), "DATA_INVALID");
      await drafts.putDraft({ ...begun, revision: 1n, content: whole });
      await refused(scene().step("confirmer", DRAFT, ItemDraftAction.CONFIRM), "STEP_REFUSED");
      await scene().step("writer", DRAFT, ItemDraftAction.SUBMIT);

      await refused(scene().step("writer", DRAFT, ItemDraftAction.REVIEW), "PERMISSION_DENIED");
      await refused(scene().step("lister", DRAFT, ItemDraftAction.APPROVE), "PERMISSION_DENIED");
      await refused(scene().step("lister", DRAFT, ItemDraftAction.REVIEW), "DATA_INVALID");
      const sealSamples = [
        create(SealSampleSchema, { name: "登记机关专用章", pictureJson: JSON.stringify(sealPicture) }),
      ];
      const { draft } = await drafts.getDraft({ id: DRAFT });
      const configured = { ...begun, revision: draft?.revision ?? 0n, content: { ...whole, sealSamples } };
      await another.putDraft(configured);
      await scene().step("lister", DRAFT, ItemDraftAction.REVIEW);
      await refused(scene().step("writer", DRAFT, ItemDraftAction.CONFIRM), "SAME_PERSON");
      await scene().step("confirmer", DRAFT, ItemDraftAction.CONFIRM);
    });

    test("and reaches the city by itself, signed by the province", async () => {
      const { code: itemCode } = scene().licence;
      const above = await scene().as("approver", DraftService);
      await expect
        .poll(async () => (await above.getDraft({ id: DRAFT })).draft?.state, settling)
        .toBe(ItemDraftState.CONFIRMED);
      await refused(scene().step("releaser", DRAFT, ItemDraftAction.PUBLISH), "STEP_REFUSED");
      await scene().step("approver", DRAFT, ItemDraftAction.APPROVE);
      await refused(scene().step("approver", DRAFT, ItemDraftAction.PUBLISH), "SAME_PERSON");
      expect(await scene().step("releaser", DRAFT, ItemDraftAction.PUBLISH)).toBe(ItemDraftState.PUBLISHED);

      const catalog = await scene().as("implementer", CatalogService);
      await expect
        .poll(async () => (await catalog.getCatalogItem({ code: itemCode })).item, settling)
        .toMatchObject({ version: 1, publisher: PROVINCE.code, state: CatalogItemState.PUBLISHED });
      const own = await scene().as("writer", DraftService);
      await expect
        .poll(async () => (await own.getDraft({ id: DRAFT })).draft, settling)
        .toMatchObject({ state: ItemDraftState.PUBLISHED, version: 1 });
      const taken = (await own.getDraft({ id: DRAFT })).draft?.steps.map(({ step }) => step?.account);
      const five = ["writer", "lister", "confirmer", "approver", "releaser"] as const;
      expect(new Set(taken)).toEqual(new Set(five.map((who) => PEOPLE[who].account)));
    });
  });
}
