import { type Matter, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { later, shanghaiDay } from "../../domain/civil-date.ts";
import { requireDepartment } from "../../registry/codes.ts";
import { putRecord } from "../../registry/keep-record.ts";
import { wantedRecord } from "../../registry/partial-record.ts";
import { requireReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { actingApp, requireActsFor } from "../openings/admit-app.ts";
import { withDatedHalt } from "../registry/halt.ts";
import { moreOfMatter, requireOnlyLess } from "../registry/only-less.ts";
import { checkMatter } from "../registry/record-checks.ts";

/** 6.2.2.2, 6.2.4.4: stores a matter and what certificates it may use. */
export function putMatter(context: CatalogContext): Handlers<typeof RegistryService>["putMatter"] {
  return async (request, { reach, caller: by }) => {
    const given = request.matter as Matter;
    const parts = { kind: "matter", key: given.code, schema: MatterSchema, given } as const;
    const { updateMask: mask, changes: seen } = request;
    const { record, old, changes, basis } = await wantedRecord(context, { ...parts, mask, seen });
    const matter = withDatedHalt(record, old, context.runtime.now());
    checkMatter(matter);
    const isNew = old?.departmentCode !== matter.departmentCode;
    await requireDepartment(context, "matter.department_code", matter.departmentCode, { isNew });
    await requireReach(context, reach, "matter.department_code", [matter.departmentCode, old?.departmentCode]);
    const said = requireOnlyLess(by, "matter", moreOfMatter(old, matter));
    await requireApps(context, matter, isNew ? undefined : old);
    const value = { ...matter, node: context.runtime.config.node.code };
    if (request.validateOnly) return { matter: value };
    // What staff lessen is less than what was looked at, and than nothing else.
    const held = by.kind === "staff" ? changes : basis;
    await putRecord(context, MatterSchema, "matter", matter.code, value, { basis: held, by, said });
    return { matter: value };
  };
}

/** 6.4.4.4: apps that are named anew are the department's, of one above it, or delegated to act in the matter. One that is not there does nothing. */
async function requireApps(context: CatalogContext, matter: Matter, old: Matter | undefined): Promise<void> {
  const day = later(matter.enabledOn, shanghaiDay(context.runtime.now()));
  for (const [index, key] of matter.appKeys.entries()) {
    if (old?.appKeys.includes(key)) continue;
    const app = await actingApp(context, key);
    const field = `matter.app_keys[${index}]`;
    const wanted = { department: matter.departmentCode, act: { matter: matter.code }, day, field };
    if (app) await requireActsFor(context, { app, ...wanted });
  }
}
