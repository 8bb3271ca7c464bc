import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import { ROLE_NAMES, ROLES } from "../../domain/role.ts";
import type { JudgedCertificate } from "../certificates/judge-certificate.ts";
import type { AccountDocument } from "./account-record.ts";
import type { ActivationStatement } from "./activation-statement.ts";
import { withCertificate } from "./bound-certificates.ts";

/** A statement that an institution certificate has been found to have signed. */
export interface ProvenStatement {
  said: ActivationStatement;
  department: Department;
  judged: JudgedCertificate;
}

/**
 * 5.8.3: the account after its department's institution has made it that of an administrator. Refuses (`PERMISSION_DENIED`) an account that is
 * another department's, that was disabled, or that holds more than a department gives; and (`ALREADY_EXISTS`) a statement that is not later
 * than the last one that counted for the account, so that each counts once.
 */
export function activatedAccount(
  old: AccountDocument | undefined,
  { said, department, judged }: ProvenStatement,
  now: Date,
): AccountDocument {
  if (old) requireActivable(old, said);
  const { account, name, at, sha256 } = said;
  const roles = ROLE_NAMES.filter((role) => role === "departmentAdministrator" || old?.roles.includes(role));
  const { certificates = [], fingerprints = [], revision = 1 } = old ?? {};
  const own = { _id: account, account, name, department: department.code, division: department.division, roles };
  const kept = { ...old, ...own, disabled: false, certificates, fingerprints, revision };
  const held = withCertificate(kept, judged, now, "statement/certificatePem");
  return { ...held, activated: { time: at.toISOString(), sha256 } };
}

function requireActivable(old: AccountDocument, { departmentCode, at }: ActivationStatement): void {
  const field = "statement/account";
  if (old.department !== departmentCode) {
    const localized = "该账户名已被其他部门使用，请换用其他账户名";
    const description = "is the account of another department";
    throw refuseField("PERMISSION_DENIED", field, description, "choose another id", localized);
  }
  if (old.disabled) {
    const localized = "该账户已被停用，请由电子证照管理机构恢复，或换用其他账户名";
    const remedy = "ask the management body to enable it, or choose another id";
    throw refuseField("PERMISSION_DENIED", field, "is disabled", remedy, localized);
  }
  if (old.roles.some((role) => ROLES[role].level !== "department")) {
    const localized = "该账户具有管理机构的角色，不能以机构证书激活，请换用其他账户名";
    const description = "holds roles that a department does not give";
    throw refuseField("PERMISSION_DENIED", field, description, "choose another id", localized);
  }
  if (old.activated && new Date(old.activated.time) >= at) {
    const description = "is not later than that of a statement that has counted for the account";
    const localized = "该声明或更新的声明已生效，每份声明仅能使用一次，请以当前时间重新签名";
    throw refuseField("ALREADY_EXISTS", "statement/time", description, "sign a statement of now", localized);
  }
}
