import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { ownerOf } from "../issuers/owners.ts";
import { knownDepartment } from "../registry/departments.ts";

/** 5.8.3: what this node knows of a department, and at the province whose it is. */
export function findDepartment(context: CatalogContext): Handlers<typeof TermsService>["findDepartment"] {
  return async ({ code }) => {
    const department = await knownDepartment(context, code);
    const owner = isProvince(context.runtime.config.node) ? await ownerOf(context, "department", code) : undefined;
    return { ...(department && { department }), owner: owner ?? "" };
  };
}
