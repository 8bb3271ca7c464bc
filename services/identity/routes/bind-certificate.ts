import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { accountView } from "../accounts/account-view.ts";
import { withCertificate } from "../accounts/bound-certificates.ts";
import { reached, requireAccount } from "../accounts/find-account.ts";
import { requireGivable } from "../accounts/giving.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import { personalCertificate } from "../certificates/personal-certificate.ts";
import type { IdentityContext } from "../context.ts";

/** 5.8.3: binds a certificate, which signs in to the account from then on. */
export function bindCertificate(context: IdentityContext): Handlers<typeof AccountService>["bindCertificate"] {
  const { now, config } = context.runtime;
  return async ({ id, certificatePem }, { caller, reach }) => {
    const own = caller.kind === "staff" && caller.account === id;
    const { department } = await requireAccount(context, id, reach);
    const judged = await personalCertificate(context, certificatePem, department);
    const told = { fingerprint: judged.fingerprint };
    const stored = await keepAccount(context, {
      ...{ id, by: caller, kind: "account-certificate-bound", told },
      next(old) {
        const account = reached(old, id, reach);
        // Who binds a certificate to an account can sign in to it, and so would have its roles.
        if (!own) requireGivable(caller, config.node.code, account.roles);
        return withCertificate(account, judged, now(), "certificate_pem");
      },
    });
    return { account: accountView(stored) };
  };
}
