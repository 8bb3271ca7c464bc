import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { PasswordService } from "../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import { SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { IdentityContext } from "./context.ts";
import { activateAdministrator } from "./routes/activate-administrator.ts";
import { activatePassword } from "./routes/activate-password.ts";
import { bindCertificate } from "./routes/bind-certificate.ts";
import { changeOwnPassword } from "./routes/change-own-password.ts";
import { checkSession } from "./routes/check-session.ts";
import { closeAccount } from "./routes/close-account.ts";
import { endOwnSession } from "./routes/end-own-session.ts";
import { endOwnSessions } from "./routes/end-own-sessions.ts";
import { endSessions } from "./routes/end-sessions.ts";
import { enrolSecondFactor } from "./routes/enrol-second-factor.ts";
import { getAccount } from "./routes/get-account.ts";
import { getOwnSession } from "./routes/get-own-session.ts";
import { getStaffAccount } from "./routes/get-staff-account.ts";
import { importAccounts } from "./routes/import-accounts.ts";
import { inviteAdministrator } from "./routes/invite-administrator.ts";
import { listAccounts } from "./routes/list-accounts.ts";
import { listOwnSessions } from "./routes/list-own-sessions.ts";
import { putAccount } from "./routes/put-account.ts";
import { removePassword } from "./routes/remove-password.ts";
import { setPassword } from "./routes/set-password.ts";
import { setUpAdministrator } from "./routes/set-up-administrator.ts";
import { unbindCertificate } from "./routes/unbind-certificate.ts";
import { unbindOwnCertificate } from "./routes/unbind-own-certificate.ts";

/** What the identity service serves: to administrators and operators, to staff who sign in, to the other services of its node. */
export function mountRoutes(context: IdentityContext): MountedService[] {
  return [
    mount(AccountService, {
      putAccount: putAccount(context),
      getAccount: getAccount(context),
      getStaffAccount: getStaffAccount(context),
      inviteAdministrator: inviteAdministrator(context),
      listAccounts: listAccounts(context),
      bindCertificate: bindCertificate(context),
      unbindCertificate: unbindCertificate(context),
      unbindOwnCertificate: unbindOwnCertificate(context),
      closeAccount: closeAccount(context),
      importAccounts: importAccounts(context),
      activateAdministrator: activateAdministrator(context),
      setUpAdministrator: setUpAdministrator(context),
    }),
    mount(SessionService, {
      getOwnSession: getOwnSession(context),
      listOwnSessions: listOwnSessions(context),
      endOwnSession: endOwnSession(context),
      endOwnSessions: endOwnSessions(context),
      endSessions: endSessions(context),
      checkSession: checkSession(context),
    }),
    mount(PasswordService, {
      setPassword: setPassword(context),
      removePassword: removePassword(context),
      enrolSecondFactor: enrolSecondFactor(context),
      activatePassword: activatePassword(context),
      changeOwnPassword: changeOwnPassword(context),
    }),
  ];
}
