import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import { departmentsFor, requireOwnId } from "../accounts/account-terms.ts";
import { accountView } from "../accounts/account-view.ts";
import { activatedAccount } from "../accounts/activated-account.ts";
import { type ActivationStatement, readStatement } from "../accounts/activation-statement.ts";
import { faultOf } from "../accounts/all-of.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import { requireInstitution } from "../certificates/institution-signature.ts";
import { personalCertificate } from "../certificates/personal-certificate.ts";
import type { IdentityContext } from "../context.ts";

/** 5.8.3: a department's institution certificate names its administrator. */
export function activateAdministrator(
  context: IdentityContext,
): Handlers<typeof AccountService>["activateAdministrator"] {
  const { runtime, attempts } = context;
  return async ({ statement, signature }, call) => {
    const said = readStatement(statement, runtime.now());
    requireOwnId(said.account, runtime.config.node.code, "statement/account");
    call.note({ department: said.departmentCode });
    let fault: Refusal | undefined;
    const source = { address: call.address, name: said.departmentCode };
    const stored = await attempts.run(source, call.signal, () =>
      activate(context, { said, statement, signature }, call).catch((error: unknown) => {
        fault = faultOf(error);
        return undefined;
      }),
    );
    if (stored) return { account: accountView(stored) };
    throw fault;
  };
}

async function activate(
  context: IdentityContext,
  { said, statement, signature }: { said: ActivationStatement; statement: Uint8Array; signature: Uint8Array },
  call: CallContext,
): Promise<AccountDocument> {
  const { departmentCode, account: id, certificatePem, sha256 } = said;
  const institution = requireInstitution(context, { statement, signature, department: departmentCode });
  const department = await departmentsFor(context, call)(departmentCode).catch(atStatement);
  if (department.closed) throw departmentClosed("statement/departmentCode", departmentCode);
  const field = "statement/certificatePem";
  const judged = await personalCertificate(context, certificatePem, departmentCode, field);
  return keepAccount(context, {
    ...{ id, by: call.caller, kind: "account-administrator-activated", field },
    told: { fingerprint: judged.fingerprint, institution, statement: sha256 },
    next: (old) => activatedAccount(old, { said, department, judged }, context.runtime.now()),
  });
}

/** The catalog names its own field; the statement's is another. */
function atStatement(error: unknown): never {
  const { reason, message, fields, metadata } = faultOf(error);
  throw new Refusal(reason, message, {
    fields: fields.map((one) => ({ ...one, field: "statement/departmentCode" })),
    metadata,
  });
}
