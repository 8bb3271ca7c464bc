import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { daysBehind, instantOf } from "../../domain/instant.ts";
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
  ends: lastEnd,
};

/** Lists accounts within reach, or those of them whose id or name holds a text, in the order asked for. */
export function listAccounts({ accounts, runtime }: IdentityContext): Handlers<typeof AccountService>["listAccounts"] {
  return async ({ departmentCode, pageSize, pageToken, search, orderBy, endsWithinDays }, { reach }) => {
    const within = withinReach(reach, departmentCode);
    if (!within) return { accounts: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const query = { ...within, limit, ...(pageToken !== "" && { after: pageToken }) };
    const until = endsWithinDays === 0 ? undefined : daysBehind(runtime.now(), endsWithinDays);
    const { items, next } = await orderedPage(
      accounts,
      query,
      { orderBy, keys: KEYS },
      (one) => holdsPart(search, [one.account, one.name]) && (until === undefined || endsBy(one, until)),
    );
    return { accounts: items.map(accountView), nextPageToken: next ?? "" };
  };
}

/** When the last of somebody's certificates ends: none signs in after it. Empty: there is none. */
function lastEnd({ certificates }: AccountDocument): string {
  return (
    certificates
      .map(({ expires }) => expires)
      .toSorted()
      .at(-1) ?? ""
  );
}

function endsBy(one: AccountDocument, until: Date): boolean {
  return !one.disabled && instantOf(lastEnd(one)) <= until.getTime();
}
