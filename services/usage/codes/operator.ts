import type { GetUsageTermsResponse } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { type Operator as AskedOperator, OperatorProof } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { NODE_CODE } from "../../domain/sandbox.ts";
import type { Operator } from "../../domain/usage-grant.ts";
import type { UsageContext } from "../context.ts";

const AT = "context.operator";
/** How accounts of staff are called at every node. */
const ACCOUNT = new RegExp(`^(?:${NODE_CODE})-[a-z0-9][a-z0-9-]{0,47}$`);

/** What the catalog says of the app: where its matters are kept, and whose tokens prove who works behind it. */
type AppTerms = Pick<GetUsageTermsResponse, "matter" | "operatorProvider">;

/**
 * Who handles the case, and what proves it (5.9.3, 5.9.5): staff their session; behind a system's call a registered account of the app's department or a token of
 * the department's own provider, where the system says that it is one. What is not proved is told as that. The province that stands in for a
 * city does not know its accounts, so there the word of the system stands unproved.
 */
export async function operatorOf(
  context: UsageContext,
  call: CallContext,
  asked: Omit<AskedOperator, "$typeName" | "$unknown">,
  terms: AppTerms,
): Promise<Operator> {
  const { account, name, proof, token } = asked;
  const { officer } = appOf(call);
  if (!officer && proof === OperatorProof.TOKEN) return ofToken(context, call, asked, terms);
  if (token !== "")
    throw refused("token", "is for OPERATOR_PROOF_TOKEN", "leave it out", "未声明以令牌证明，请去掉该项");
  if (officer) {
    requireSame(asked, officer);
    return { ...officer, proof: "session" };
  }
  if (proof === OperatorProof.ACCOUNT && isKnownHere(context, terms)) return ofAccount(context, call, asked);
  return { account, name, proof: "none" };
}

/** Whether this node keeps the accounts of the app's department. */
function isKnownHere({ runtime }: UsageContext, { matter }: AppTerms): boolean {
  return matter?.node === runtime.config.node.code;
}

async function ofAccount(
  { accounts }: UsageContext,
  call: CallContext,
  { account, name }: { account: string; name: string },
): Promise<Operator> {
  const asked = { id: account, departmentCode: appOf(call).department };
  const known = await accounts.getStaffAccount(asked, onBehalf(call)).catch((error: unknown) => {
    throw inContext(error);
  });
  requireSame({ account, name }, { account, name: known.name });
  return { account, name, proof: "account" };
}

/**
 * A provider names its people as it likes, but for accounts of the platform: a subject that has the form of one is that of an account of the
 * app's department, so that no provider puts another department's officer into signed lines.
 */
async function ofToken(
  context: UsageContext,
  call: CallContext,
  { account, name, token }: { account: string; name: string; token: string },
  terms: AppTerms,
): Promise<Operator> {
  const { operatorProvider } = terms;
  if (!operatorProvider) {
    const description = "the app's record names no identity provider";
    const remedy = "have one registered (PutApp, operator_provider), or prove it otherwise";
    throw refused("proof", description, remedy, "应用未登记身份提供方，请先登记（PutApp），或采用其他证明方式");
  }
  const proven = await context.operatorTokens.verify(operatorProvider, token).catch((error: unknown) => {
    // The reasons of a bad token are about that of the app, for which connectors get a new one.
    if (!(error instanceof Refusal) || !error.reason.startsWith("TOKEN_")) throw error;
    const localized = "不是本部门身份提供方签发的有效令牌，请经办人员重新登录后再试";
    throw refused("token", error.message, "have the officer sign in again at the department's provider", localized);
  });
  requireSame({ account, name }, proven);
  if (!ACCOUNT.test(account)) return { account, name, proof: "token" };
  if (!isKnownHere(context, terms)) return { account, name, proof: "none" };
  await ofAccount(context, call, { account, name });
  return { account, name, proof: "token" };
}

/** Signed lines name whom they were told of: a name that is another's is refused, not mended. */
function requireSame(asked: { account: string; name: string }, proven: { account: string; name: string }): void {
  for (const member of ["account", "name"] as const) {
    if (asked[member] === proven[member]) continue;
    const localized = "与已核实的账户不一致，请填写该账户的登记信息";
    throw refused(member, `is not the ${member} that is proved`, "write it as it is registered", localized);
  }
}

function refused(member: string, description: string, remedy: string, localized: string): Refusal {
  return refuseField("INVALID_FIELD", `${AT}.${member}`, description, remedy, localized);
}

/** A refusal of the account names the field in which it was given. */
function inContext(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.reason !== "ACCOUNT_UNKNOWN") return error;
  const field = `${AT}.account`;
  const fields = error.fields.map((one) => ({ ...one, field }));
  return new Refusal(error.reason, `${field}: ${fields[0]?.description ?? error.message}`, { fields, cause: error });
}
