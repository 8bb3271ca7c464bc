import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { rolesOf } from "../../call/chain/permission.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { type Belonging, isWithinReach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { IdentityContext } from "../context.ts";
import type { AccountDocument } from "./account-record.ts";
import { allOf, faultOf } from "./all-of.ts";
import { withoutExpired, withoutForeign } from "./bound-certificates.ts";
import { requireGivable } from "./giving.ts";

/** What an account shall be, as far as a request says; its certificates are its own. */
export interface AccountTerms {
  /** The account after it was put, by what it is. Refuses what the caller may not change. */
  after(old: AccountDocument | undefined): AccountDocument;
  department: Department;
}

/** Finds departments; `registry` of the context by itself, or what remembers them. */
export type DepartmentSource = (code: string) => Promise<Department>;

/** Departments of the node, asked for on behalf of a call. Refused as `RegistryService.GetDepartment`. */
export function departmentsFor({ registry }: Pick<IdentityContext, "registry">, call: CallContext): DepartmentSource {
  return async (code) => (await registry.getDepartment({ code }, onBehalf(call))).department as Department;
}

/**
 * Judges an account as a request gives it: its id is this node's, its department registered, its roles the caller's to give. Refuses as
 * `PutAccount`, fields named as there.
 */
export async function accountTerms(
  { runtime }: Pick<IdentityContext, "runtime">,
  given: Account,
  call: Pick<CallContext, "caller" | "reach">,
  departmentOf: DepartmentSource,
): Promise<AccountTerms> {
  const { now, config } = runtime;
  const node = config.node.code;
  const roles = rolesOf(given.roles);
  const [, , department] = await allOf(
    async () => requireOwnId(given.id, node),
    async () => requireGivable(call.caller, node, roles),
    async () => {
      const found = await departmentOf(given.departmentCode).catch(atField);
      requireReach(call.reach, { account: given.id, department: found.code, division: found.division });
      return found;
    },
  );
  const { id, name, disabled } = given;
  const { code, division } = department;
  const wanted = { _id: id, account: id, name, department: code, division, roles, disabled };
  return {
    department,
    after(old) {
      if (old) {
        requireReach(call.reach, old);
        requireGivable(call.caller, node, old.roles);
      } else if (department.closed) throw departmentClosed("account.department_code", code);
      const { certificates = [], fingerprints = [], revision = 1 } = old ?? {};
      return withoutForeign(withoutExpired({ ...old, ...wanted, certificates, fingerprints, revision }, now()));
    },
  };
}

/** Refuses (`INVALID_FIELD`) an id that is not this node's. */
export function requireOwnId(id: string, node: string, field = "account.id"): void {
  if (id.startsWith(`${node}-`)) return;
  const remedy = `let it begin with ${node}-`;
  throw refuseField("INVALID_FIELD", field, "names another node", remedy, `账户名应以本节点${node}-开头`);
}

function requireReach(reach: CallContext["reach"], account: Belonging): void {
  if (isWithinReach(reach, account)) return;
  const field = "account.department_code";
  const description = "the account belongs to a department that is not yours to administer";
  const remedy = "ask the administrator of that department";
  const localized = "该账户所属部门不在您的管理范围内，请由该部门的管理员办理";
  throw refuseField("PERMISSION_DENIED", field, description, remedy, localized);
}

/** The catalog names its own field; the caller's is another. */
function atField(error: unknown): never {
  const { reason, message, fields, metadata } = faultOf(error);
  const own = fields.map((one) => ({ ...one, field: "account.department_code" }));
  throw new Refusal(reason, message, { fields: own, metadata });
}
