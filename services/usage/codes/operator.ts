import { type Operator as AskedOperator, OperatorProof } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { Operator } from "../../domain/usage-grant.ts";
import type { UsageContext } from "../context.ts";

const ACCOUNT = "context.operator.account";

/**
 * Who handles the case, and what proves it (5.9.3, 5.9.5): staff their session; behind a system's call a registered account of the app's
 * department, where the system says that it is one. What is not proved is told as that. `appNode`: the province standing in for a city does not
 * know its accounts, so there the word of the system stands unproved.
 */
export async function operatorOf(
  context: UsageContext,
  call: CallContext,
  { account, name, proof }: Pick<AskedOperator, "account" | "name" | "proof">,
  appNode: string,
): Promise<Operator> {
  const { officer, department } = appOf(call);
  if (officer) {
    requireSame({ account, name }, officer);
    return { ...officer, proof: "session" };
  }
  if (proof !== OperatorProof.ACCOUNT || appNode !== context.runtime.config.node.code)
    return { account, name, proof: "none" };
  const asked = { id: account, departmentCode: department };
  const known = await context.accounts.getStaffAccount(asked, onBehalf(call)).catch((error: unknown) => {
    throw inContext(error);
  });
  requireSame({ account, name }, { account, name: known.name });
  return { account, name, proof: "account" };
}

/** Signed lines name whom they were told of: a name that is another's is refused, not mended. */
function requireSame(asked: { account: string; name: string }, proven: { account: string; name: string }): void {
  for (const member of ["account", "name"] as const) {
    if (asked[member] === proven[member]) continue;
    const description = `is not the ${member} of the account that is proved`;
    const localized = "与已核实的账户不一致，请填写该账户的登记信息";
    throw refuseField(
      "INVALID_FIELD",
      `context.operator.${member}`,
      description,
      "write it as it is registered",
      localized,
    );
  }
}

/** A refusal of the account names the field in which it was given. */
function inContext(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.reason !== "ACCOUNT_UNKNOWN") return error;
  const fields = error.fields.map((one) => ({ ...one, field: ACCOUNT }));
  return new Refusal(error.reason, `${ACCOUNT}: ${fields[0]?.description ?? error.message}`, { fields, cause: error });
}
