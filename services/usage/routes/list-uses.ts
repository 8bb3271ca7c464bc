import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";
import { holderOf } from "../find/own-certificates.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 5.9.5: what was done with the caller's certificates at this node, and by whom. */
export function listUses({ uses }: UsageContext): Handlers<typeof HolderService>["listUses"] {
  return async ({ pageSize, pageToken }, call) => {
    const page = await uses.of(holderOf(call), { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken });
    return {
      uses: page.items.map(
        ({ at, action, department, matter, purpose, identifier = "", items, fields = [], ...use }) => ({
          at,
          action,
          departmentCode: department,
          matterCode: matter,
          purpose,
          identifier,
          itemCodes: [...items],
          fields: [...fields],
          presentationId: use.presentation ?? "",
        }),
      ),
      nextPageToken: page.next ?? "",
    };
  };
}
