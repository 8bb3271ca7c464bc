import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppRecoveryService } from "../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { PasswordService } from "../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import { SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import { outboxHandlers } from "../event/outbox.ts";
import { whileLevel } from "../node/standing.ts";
import { whenCarried } from "./carry/carry-over.ts";
import type { IdentityContext } from "./context.ts";
import { activateAdministrator } from "./routes/activate-administrator.ts";
import { activatePassword } from "./routes/activate-password.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { bindCertificate } from "./routes/bind-certificate.ts";
import { changeOwnPassword } from "./routes/change-own-password.ts";
import { checkSession } from "./routes/check-session.ts";
import { closeAccount } from "./routes/close-account.ts";
import { endOwnSession } from "./routes/end-own-session.ts";
import { endOwnSessions } from "./routes/end-own-sessions.ts";
import { endSessions } from "./routes/end-sessions.ts";
import { enrolSecondFactor } from "./routes/enrol-second-factor.ts";
import { getAccount } from "./routes/get-account.ts";
import { getApp } from "./routes/get-app.ts";
import { getAppAccount } from "./routes/get-app-account.ts";
import { getAppTerms } from "./routes/get-app-terms.ts";
import { getOwnSession } from "./routes/get-own-session.ts";
import { getStaffAccount } from "./routes/get-staff-account.ts";
import { importAccounts } from "./routes/import-accounts.ts";
import { inviteAdministrator } from "./routes/invite-administrator.ts";
import { issueAccessToken } from "./routes/issue-access-token.ts";
import { listAccounts } from "./routes/list-accounts.ts";
import { listApps } from "./routes/list-apps.ts";
import { listNodeApps } from "./routes/list-node-apps.ts";
import { listOwnSessions } from "./routes/list-own-sessions.ts";
import { listRefusedApps } from "./routes/list-refused-apps.ts";
import { proveApp } from "./routes/prove-app.ts";
import { putAccount } from "./routes/put-account.ts";
import { putApp } from "./routes/put-app.ts";
import { recoverApps } from "./routes/recover-apps.ts";
import { removePassword } from "./routes/remove-password.ts";
import { revokeAppToken } from "./routes/revoke-app-token.ts";
import { revokeSecret } from "./routes/revoke-secret.ts";
import { revokeTokens } from "./routes/revoke-tokens.ts";
import { setPassword } from "./routes/set-password.ts";
import { setUpAdministrator } from "./routes/set-up-administrator.ts";
import { unbindCertificate } from "./routes/unbind-certificate.ts";
import { unbindOwnCertificate } from "./routes/unbind-own-certificate.ts";
import { watchApps } from "./routes/watch-apps.ts";

/** What the identity service serves: to administrators and operators, to staff and apps that sign in, to the other services of its node, to other nodes, to the relay. */
export function mountRoutes(context: IdentityContext): MountedService[] {
  return [...staffRoutes(context), ...appRoutes(context)];
}

function staffRoutes(context: IdentityContext): MountedService[] {
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

function appRoutes({ apps, carryOver, outbox }: IdentityContext): MountedService[] {
  const { standing, store, setAside } = apps.runtime;
  /** Of an account that still lies in the catalog's store nothing is known here. */
  const carried = <I, C, O>(handler: (request: I, call: C) => O | Promise<O>) => whenCarried(carryOver, handler);
  const level = <I, C, O>(handler: (request: I, call: C) => O | Promise<O>) => carried(whileLevel(standing, handler));
  return [
    mount(AppService, {
      putApp: level(putApp(apps)),
      revokeTokens: level(revokeTokens(apps)),
      revokeSecret: level(revokeSecret(apps)),
      listApps: carried(listApps(apps)),
      getApp: carried(getApp(apps)),
      getAppTerms: carried(getAppTerms(apps)),
      watchApps: carried(watchApps(apps)),
    }),
    mount(TokenService, {
      issueAccessToken: carried(issueAccessToken(apps)),
      proveApp: carried(proveApp(apps)),
      getAppAccount: carried(getAppAccount(apps)),
      revokeAppToken: carried(revokeAppToken(apps)),
      listRefusedApps: carried(listRefusedApps(apps)),
    }),
    mount(AppRecoveryService, {
      listNodeApps: carried(listNodeApps(apps)),
      recoverApps: carried(recoverApps(apps)),
    }),
    mount(InboxService, { applyEvent: carried(applyEvent(apps)) }),
    mount(OutboxService, outboxHandlers({ collections: outbox, store, bell: apps.bell, setAside })),
  ];
}
