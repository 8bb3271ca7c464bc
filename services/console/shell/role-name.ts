import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { ROLES, type Role as RoleName } from "../../domain/role.ts";
import { enumName } from "../format/enum-name.ts";

/** The name by which the domain knows a role of the contracts. */
export function roleName(role: Role): RoleName {
  return enumName(Role, role) as RoleName;
}

/** The role of the contracts that the domain knows by a name. */
export function roleOf(name: RoleName): Role {
  const constant = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return Role[constant as keyof typeof Role] ?? Role.UNSPECIFIED;
}

/** A role as people here call it; one that this page does not know, by its own name. */
export function roleText(role: Role): string {
  const name = roleName(role);
  return ROLES[name]?.chinese ?? name;
}
