import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { type AccountDocument, withinReach } from "../accounts/account-record.ts";
import { accountView } from "../accounts/account-view.ts";
import type { IdentityContext } from "../context.ts";

const PAGE_SIZE = 100;

const KEYS: Readonly<Record<string, (one: AccountDocument) => string>> = {
  name: ({ name }) => name,
  id: ({ account }) => account,
  department_code: ({ department }) => department,
  ends: ({ certificates }) =>
    certificates
      .map(({ expires }) => expires)
      .sort()
      .at(-1) ?? "",
};

/** Lists accounts within reach, or those of them whose id or name holds a text, in the order asked for. */
export function listAccounts({ accounts }: IdentityContext): Handlers<typeof AccountService>["listAccounts"] {
  return async ({ departmentCode, pageSize, pageToken, search, orderBy }, { reach }) => {
    const within = withinReach(reach, departmentCode);
    if (!within) return { accounts: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const query = { ...within, limit, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next } = await orderedPage(accounts, query, { orderBy, keys: KEYS }, ({ account, name }) =>
      holdsPart(search, [account, name]),
    );
    return { accounts: items.map(accountView), nextPageToken: next ?? "" };
  };
}
