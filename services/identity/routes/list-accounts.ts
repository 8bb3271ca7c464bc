import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Reach } from "../../domain/permit.ts";
import { isWithin, withinReach } from "../accounts/account-record.ts";
import { accountView } from "../accounts/account-view.ts";
import type { IdentityContext } from "../context.ts";

const PAGE_SIZE = 100;

/** Lists accounts within reach. */
export function listAccounts({ accounts }: IdentityContext): Handlers<typeof AccountService>["listAccounts"] {
  return async ({ departmentCode, pageSize, pageToken }, { reach }) => {
    const asked: Reach = departmentCode === "" ? reach : { kind: "department", department: departmentCode };
    const { items, next } = await accounts.query({
      ...withinReach(asked),
      limit: pageSize || PAGE_SIZE,
      ...(pageToken !== "" && { after: pageToken }),
    });
    // A department that was asked for lies within reach as a whole, or not at all.
    const shown = items.every((account) => isWithin(reach, account)) ? items : [];
    return { accounts: shown.map(accountView), nextPageToken: shown.length > 0 ? (next ?? "") : "" };
  };
}
