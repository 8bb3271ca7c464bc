import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import { ROLE_NAMES, ROLES } from "../../domain/role.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import { departmentsFor, requireOwnId } from "../accounts/account-terms.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import type { IdentityContext } from "../context.ts";

/** 6.4.1.1: opens the account that the institution certificate of a department which enters will activate (5.8.3). */
export function inviteAdministrator(context: IdentityContext): Handlers<typeof AccountService>["inviteAdministrator"] {
  return async ({ id, name, departmentCode }, call) => {
    requireOwnId(id, context.runtime.config.node.code, "id");
    const department = await departmentsFor(context, call)(departmentCode);
    if (department.closed) throw departmentClosed("department_code", departmentCode);
    const next = (old: AccountDocument | undefined) => invited(old, { id, name, department });
    const stored = await keepAccount(context, { id, by: call.caller, kind: "account-invited", next });
    return { activated: stored.activated?.time ?? "" };
  };
}

function invited(
  old: AccountDocument | undefined,
  { id, name, department: { code, division } }: { id: string; name: string; department: Department },
): AccountDocument {
  if (!old) {
    const roles = ["departmentAdministrator"] as const;
    const nothing = { disabled: false, certificates: [], fingerprints: [], revision: 1 };
    return { _id: id, account: id, name, department: code, division, roles, ...nothing };
  }
  if (old.department !== code) throw taken("is the account of another department");
  if (old.disabled) throw taken("is disabled");
  if (old.roles.some((role) => ROLES[role].level !== "department")) throw taken("holds a role of a management body");
  const roles = ROLE_NAMES.filter((role) => role === "departmentAdministrator" || old.roles.includes(role));
  return roles.length === old.roles.length ? old : { ...old, roles };
}

function taken(description: string): Refusal {
  const localized = "该账户不能作为部门管理员激活，请换用其他账户名";
  return refuseField("ALREADY_EXISTS", "id", description, "choose another id", localized);
}
