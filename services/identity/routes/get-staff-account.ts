import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { CONTRACT_ROLES } from "../../call/chain/permission.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IdentityContext } from "../context.ts";

/** 5.9.3: who an account of a department stands for. One that is disabled, or another department's, is answered as one that does not exist. */
export function getStaffAccount({ accounts }: IdentityContext): Handlers<typeof AccountService>["getStaffAccount"] {
  return async ({ id, departmentCode }) => {
    const account = await accounts.get(id);
    if (account?.department === departmentCode && !account.disabled)
      return { name: account.name, roles: account.roles.map((role) => CONTRACT_ROLES[role]) };
    const description = `department ${departmentCode} has no account ${id} in use`;
    const remedy = "name an account of the app's department that is in use";
    const localized = `部门${departmentCode}没有在用的账户${id}，请填写应用所属部门在用的账户`;
    throw refuseField("ACCOUNT_UNKNOWN", "id", description, remedy, localized);
  };
}
