import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 5.9.5: what was done with the caller's certificates at this node, and by whom. */
export function listUses({ uses }: UsageDependencies): Handlers<typeof HolderService>["listUses"] {
  return async ({ pageSize, pageToken }, { caller }) => {
    if (caller.kind !== "holder") throw new Refusal("PERMISSION_DENIED", "only holders see the uses of their own");
    const page = await uses.of(caller, { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken });
    return {
      uses: page.items.map(({ at, action, department, matter, purpose, identifier = "", items, fields = [] }) => ({
        at,
        action,
        departmentCode: department,
        matterCode: matter,
        purpose,
        identifier,
        itemCodes: [...items],
        fields: [...fields],
      })),
      nextPageToken: page.next ?? "",
    };
  };
}
