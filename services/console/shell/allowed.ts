import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { CallerKind, permission, type Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";

/** Whether people of such roles may call a method at all, as its contract says: pages have no rules of their own, they ask the same contract as the node. */
export function mayCall(roles: readonly Role[], method: DescMethod): boolean {
  const { callers, roles: wanted } = getOption(method, permission);
  if (!callers.includes(CallerKind.STAFF)) return callers.includes(CallerKind.PUBLIC);
  return wanted.length === 0 || wanted.some((role) => roles.includes(role));
}
