import { Refusal } from "../domain/refusal.ts";
import type { RegisterSource } from "../judgement/register-source.ts";
import type { Runtime } from "../runtime/runtime.ts";

/**
 * Refuses early (`ITEM_NOT_OPENED`) what no archive would take over: the province's register gives the issuer no right to this item at
 * this node today (5.6.2, 5.8.3). Before that counts the province is asked whether it has said something else meanwhile. Where
 * no register could be had yet nothing is refused: every archive and every verification judges again.
 */
export async function requireIssuingRight(
  { runtime, register }: { runtime: Runtime; register: RegisterSource },
  item: { issuerCode: string; itemCode: string; typeCode: string },
): Promise<void> {
  const { issuerCode: issuer, itemCode, typeCode } = item;
  const node = runtime.config.node.code;
  const issue = { issuer, itemCode, typeCode, node };
  const known = register.known();
  if (known === undefined || known.register.mayIssue(issue, runtime.now())) return;
  if ((await register.anew())?.register.mayIssue(issue, runtime.now())) return;
  const remedy = "ask the province for it: IssuerService.PutIssuingRight";
  const message = `the province's register gives ${issuer} no right to issue ${itemCode} at node ${node}`;
  throw new Refusal("ITEM_NOT_OPENED", `${message}; ${remedy}`, {
    fields: [{ field: "item_code", description: message, remedy }],
    metadata: { item_code: itemCode, issuer_code: issuer, node },
  });
}
