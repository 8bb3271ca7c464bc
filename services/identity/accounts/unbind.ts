import type { CallContext } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import type { AccountDocument } from "./account-record.ts";
import { withoutCertificate } from "./bound-certificates.ts";
import { reached } from "./find-account.ts";
import { keepAccount } from "./keep-account.ts";

/** 5.9.4: takes a certificate from an account within the caller's reach. */
export function unbind(
  context: IdentityContext,
  { id, fingerprint }: { id: string; fingerprint: string },
  { caller, reach }: Pick<CallContext, "caller" | "reach">,
): Promise<AccountDocument> {
  return keepAccount(context, {
    ...{ id, by: caller, kind: "account-certificate-unbound", told: { fingerprint } },
    next: (old) => withoutCertificate(reached(old, id, reach), fingerprint),
  });
}
