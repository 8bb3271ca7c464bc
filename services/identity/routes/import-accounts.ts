import { ImportOutcome } from "../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { several } from "../../base/several.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import { type PlannedRow, planImport, ROWS_AT_ONCE } from "../accounts/plan-import.ts";
import type { IdentityContext } from "../context.ts";

const OUTCOMES: Record<PlannedRow["outcome"], ImportOutcome> = {
  opened: ImportOutcome.OPENED,
  changed: ImportOutcome.CHANGED,
  unchanged: ImportOutcome.UNCHANGED,
};

/** 6.2.4.1: opens or changes the accounts of a list, all of them or none. */
export function importAccounts(context: IdentityContext): Handlers<typeof AccountService>["importAccounts"] {
  return async ({ rows, dryRun }, call) => {
    const { planned, faults } = await planImport(context, rows, call);
    if (faults.length > 0) return { stored: false, faults };
    if (!dryRun) {
      await several(planned, ROWS_AT_ONCE, async ({ id, after, judged }) => {
        const told = judged ? { fingerprint: judged.fingerprint } : {};
        await keepAccount(context, { id, by: call.caller, kind: "account-put", told, next: after });
      });
    }
    const accounts = planned.map(({ id, outcome }) => ({ id, outcome: OUTCOMES[outcome] }));
    return { stored: !dryRun, accounts };
  };
}
