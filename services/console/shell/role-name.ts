import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Role as RoleName } from "../../domain/role.ts";

/** The name by which the domain knows a role of the contracts. */
export function roleName(role: Role): RoleName {
  const [constant = ""] = Object.entries(Role).find(([, value]) => value === role) ?? [];
  return constant.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as RoleName;
}
