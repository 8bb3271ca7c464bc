import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { rolesOf } from "../../call/chain/permission.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import { FIRST } from "../accounts/account-record.ts";
import { accountTerms, departmentsFor } from "../accounts/account-terms.ts";
import { accountView } from "../accounts/account-view.ts";
import { withCertificate } from "../accounts/bound-certificates.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import { personalCertificate } from "../certificates/personal-certificate.ts";
import type { IdentityContext } from "../context.ts";

/** Opens the account with which the accounts of a node begin, once. */
export function setUpAdministrator(context: IdentityContext): Handlers<typeof AccountService>["setUpAdministrator"] {
  const { runtime } = context;
  return async ({ account, certificatePem }, call) => {
    const given = account as Account;
    requireAdministrator(rolesOf(given.roles));
    const { after } = await accountTerms(context, given, call, departmentsFor(context, call));
    const judged = await personalCertificate(context, certificatePem, given.departmentCode);
    const stored = await keepAccount(context, {
      ...{ id: given.id, by: call.caller, kind: "account-set-up", told: { fingerprint: judged.fingerprint } },
      async next(old) {
        // Asked at each try: of two that begin at once the second finds the first's account, or its place in the index taken.
        await requireNone(context);
        if (old) throw idTaken(given.id);
        return { ...withCertificate(after(old), judged, runtime.now(), "certificate_pem"), first: FIRST };
      },
    });
    return { account: accountView(stored) };
  };
}

function requireAdministrator(roles: readonly Role[]): void {
  if (roles.includes("administrator")) return;
  const localized = "首个账户须有管理员角色，请加入ROLE_ADMINISTRATOR";
  const remedy = "add ROLE_ADMINISTRATOR";
  throw refuseField("INVALID_FIELD", "account.roles", "the first account is an administrator's", remedy, localized);
}

async function requireNone({ accounts }: IdentityContext): Promise<void> {
  const [administrators, first] = await Promise.all([
    accounts.count("roles", ["administrator" satisfies Role]),
    accounts.count("first", [FIRST]),
  ]);
  if (administrators === 0 && first === 0) return;
  throw new Refusal("ALREADY_EXISTS", "the node has, or had, an administrator: use PutAccount and BindCertificate", {
    localizedDetail: "本节点已设立过管理员，请改用PutAccount和BindCertificate办理",
  });
}

function idTaken(id: string): Refusal {
  const localized = `账户${id}已存在，请换用其他账户名`;
  return refuseField("ALREADY_EXISTS", "account.id", `account ${id} exists`, "choose another id", localized);
}
