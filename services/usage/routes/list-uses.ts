import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";
import { holderOf } from "../find/own-certificates.ts";
import { askedUses } from "../uses/asked-uses.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 5.9.5: what was done with the caller's certificates here and, as far as they asked here, at other nodes, and by whom. */
export function listUses({ uses }: UsageContext): Handlers<typeof HolderService>["listUses"] {
  return async ({ pageSize, pageToken, ...asked }, call) => {
    const part = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const page = await uses.of(holderOf(call), { ...askedUses(asked), ...part });
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
          departmentName: use.names?.department ?? "",
          matterName: use.names?.matter ?? "",
          node: use.node ?? "",
          nodeName: use.nodeName ?? "",
        }),
      ),
      nextPageToken: page.next ?? "",
    };
  };
}
