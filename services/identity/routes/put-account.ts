import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { rolesOf } from "../../call/chain/permission.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { type AccountDocument, isWithin } from "../accounts/account-record.ts";
import { accountView } from "../accounts/account-view.ts";
import { requireGivable } from "../accounts/giving.ts";
import type { IdentityContext } from "../context.ts";

/** 6.2.4.1: opens an account of a member of staff, or changes it. */
export function putAccount(context: IdentityContext): Handlers<typeof AccountService>["putAccount"] {
  const { accounts, registry, runtime } = context;
  return async ({ account }, call) => {
    const given = account as Account;
    requireOwnId(given.id, runtime.config.node.code);
    const roles = rolesOf(given.roles);
    requireGivable(call.caller, roles);
    const { department } = await registry.getDepartment({ code: given.departmentCode }, onBehalf(call)).catch(atField);
    const division = department?.division ?? "";
    const { name, departmentCode, disabled } = given;
    const wanted = { _id: given.id, account: given.id, name, department: departmentCode, division, roles, disabled };
    requireReach(call.reach, wanted);
    const stored = await changeStored<AccountDocument, AccountDocument>(accounts, given.id, (old) => {
      if (old) requireReach(call.reach, old);
      if (!old && department?.closed) throw departmentClosed("account.department_code", departmentCode);
      const { certificates = [], fingerprints = [] } = old ?? {};
      return { ...wanted, certificates, fingerprints, revision: old?.revision ?? 1 };
    });
    return { account: accountView(stored) };
  };
}

function requireOwnId(id: string, node: string): void {
  if (id.startsWith(`${node}-`)) return;
  const remedy = `let it begin with ${node}-`;
  throw refuseField("INVALID_FIELD", "account.id", "names another node", remedy, `账户名应以本节点${node}-开头`);
}

function requireReach(reach: Parameters<typeof isWithin>[0], account: Parameters<typeof isWithin>[1]): void {
  if (isWithin(reach, account)) return;
  throw new Refusal("PERMISSION_DENIED", "the account belongs to a department that is not yours to administer", {
    localizedDetail: "该账户所属部门不在您的管理范围内，请由该部门的管理员办理",
  });
}

/** The catalog names its own field; the caller's is another. */
function atField(error: unknown): never {
  if (!(error instanceof Refusal) || error.reason !== "DEPARTMENT_UNKNOWN") throw error;
  const fields = error.fields.map((one) => ({ ...one, field: "account.department_code" }));
  throw new Refusal(error.reason, error.message, { fields, metadata: error.metadata });
}
