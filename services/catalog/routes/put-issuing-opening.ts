import {
  type IssuingOpening,
  IssuingOpeningSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { later, shanghaiDay } from "../../domain/civil-date.ts";
import { refuseField } from "../../domain/refusal.ts";
import { requireDepartment } from "../../registry/codes.ts";
import { putRecord, readRecord } from "../../registry/keep-record.ts";
import { wantedRecord } from "../../registry/partial-record.ts";
import { requireReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, newestVersion } from "../items/item.ts";
import { requireActingApp, requireActsFor } from "../openings/admit-app.ts";
import { knownDepartment } from "../registry/departments.ts";
import { withDatedHalt } from "../registry/halt.ts";
import { moreOfOpening, requireOnlyLess } from "../registry/only-less.ts";
import { openingKey } from "../registry/openings.ts";
import { checkOpening } from "../registry/record-checks.ts";
import { usableSeal } from "../registry/usable-seal.ts";

/** 6.2.4.2, 6.4.5.1: opens an item for a department and an app from a day on. */
export function putIssuingOpening(context: CatalogContext): Handlers<typeof RegistryService>["putIssuingOpening"] {
  const { runtime, items } = context;
  return async (request, { reach, caller: by }) => {
    const given = request.opening as IssuingOpening;
    const parts = { kind: "opening", key: openingKey(given), schema: IssuingOpeningSchema, given } as const;
    const { updateMask: mask, changes: seen } = request;
    const { record, old, changes, basis } = await wantedRecord(context, { ...parts, mask, seen });
    const node = runtime.config.node.code;
    const opening = withDatedHalt(record, old, runtime.now());
    checkOpening(opening);
    const isNew = old === undefined;
    await requireDepartment(context, "opening.department_code", opening.departmentCode, { isNew });
    await requireReach(context, reach, "opening.department_code", [opening.departmentCode]);
    const said = requireOnlyLess(by, "opening", moreOfOpening(old, opening));
    if (!(await newestVersion(items, opening.itemCode))) throw itemUnknown(opening.itemCode);
    const app = await requireActingApp(context, opening.appKey, "opening.app_key");
    if (isNew) {
      const day = later(opening.opensOn, shanghaiDay(runtime.now()));
      const act = { item: opening.itemCode };
      const field = "opening.app_key";
      await requireActsFor(context, { app, department: opening.departmentCode, act, day, field });
    }
    if (!(await readRecord(context, SealSchema, "seal", node, opening.sealCode))) {
      throw refuseField(
        "SEAL_UNKNOWN",
        "opening.seal_code",
        `no seal ${opening.sealCode}`,
        "load it with PutSeal",
        `没有印章${opening.sealCode}，请先用PutSeal载入`,
      );
    }
    if (request.validateOnly) {
      if (!opening.halt) await requireOpenable(context, opening);
      return { opening };
    }
    // What staff lessen is less than what was looked at, and than nothing else.
    const held = by.kind === "staff" ? changes : basis;
    await putRecord(context, IssuingOpeningSchema, "opening", openingKey(opening), opening, { basis: held, by, said });
    return { opening };
  };
}

/** What only the road asks else: a seal that serves the department, and the item on the obligatory list of its division on the first day (4.4.1). */
async function requireOpenable(context: CatalogContext, opening: IssuingOpening): Promise<void> {
  const { itemCode, departmentCode, sealCode } = opening;
  await usableSeal(context, sealCode, departmentCode);
  const day = later(opening.opensOn, shanghaiDay(context.runtime.now()));
  const { division = "" } = (await knownDepartment(context, departmentCode)) ?? {};
  if (await context.listSource.stands(division, itemCode, day)) return;
  const description = `${itemCode} is not on the obligatory list of division ${division} on ${day}`;
  const remedy = "have it put on the list first";
  const localized = `${itemCode}在${day}不在区划${division}的应开通目录中，请先列入目录`;
  throw refuseField("ITEM_NOT_OPENED", "opening.item_code", description, remedy, localized);
}
