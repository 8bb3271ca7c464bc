import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AccountSchema } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { CONTRACT_ROLES } from "../../call/chain/permission.ts";
import type { AccountDocument } from "./account-record.ts";

/** An account as callers see it. */
export function accountView(account: AccountDocument): MessageInitShape<typeof AccountSchema> {
  const { _id: id, name, department: departmentCode, division, roles, disabled, certificates } = account;
  return {
    id,
    name,
    departmentCode,
    division,
    disabled,
    roles: roles.map((role) => CONTRACT_ROLES[role]),
    certificates: certificates.map(({ fingerprint, subject, expires, bound }) => ({
      fingerprint,
      subject,
      expires,
      bound,
    })),
  };
}
