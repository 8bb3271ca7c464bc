import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { withinReach } from "../accounts/account-record.ts";
import { accountView } from "../accounts/account-view.ts";
import type { IdentityContext } from "../context.ts";

const PAGE_SIZE = 100;

/** Lists accounts within reach. */
export function listAccounts({ accounts }: IdentityContext): Handlers<typeof AccountService>["listAccounts"] {
  return async ({ departmentCode, pageSize, pageToken }, { reach }) => {
    const within = withinReach(reach, departmentCode);
    if (!within) return { accounts: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await accounts.query({ ...within, limit, ...(pageToken !== "" && { after: pageToken }) });
    return { accounts: items.map(accountView), nextPageToken: next ?? "" };
  };
}
