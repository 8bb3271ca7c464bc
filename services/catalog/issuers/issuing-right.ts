import { Refusal } from "../../domain/refusal.ts";
import type { RegisterSource } from "../../judgement/register-source.ts";
import type { Runtime } from "../../node/runtime.ts";

/**
 * Refuses early (`ITEM_NOT_OPENED`) what no archive would take over: the province's register gives the issuer no right to this item at
 * this node today (5.6.2, 5.8.3). Before that counts the province is asked whether it has said something else meanwhile; `PEER_AWAY` where
 * it cannot be. Where no register could be had yet nothing is refused: every archive and every verification judges again.
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
  const newer = await register.anew();
  if (newer?.register.mayIssue(issue, runtime.now())) return;
  // Who passes it on answers with what it has while the province is away: the time until which it holds has not moved then.
  if (newer === undefined || newer.asOf === known.asOf) {
    const message = `the province's register of ${known.asOf} gives ${issuer} no right to issue ${itemCode} at node ${node}`;
    throw new Refusal("PEER_AWAY", `${message}, and the province cannot be asked now whether it has given one since`, {
      retryAfterMs: 2_000,
      metadata: { item_code: itemCode, issuer_code: issuer, node },
    });
  }
  const remedy = "ask the province for it: IssuerService.PutIssuingRight";
  const message = `the province's register gives ${issuer} no right to issue ${itemCode} at node ${node}`;
  throw new Refusal("ITEM_NOT_OPENED", `${message}; ${remedy}`, {
    fields: [
      {
        field: "item_code",
        description: message,
        remedy,
        localized: `省级颁发机构目录未授权${issuer}在节点${node}颁发${itemCode}，请向省级申请（PutIssuingRight）`,
      },
    ],
    metadata: { item_code: itemCode, issuer_code: issuer, node },
  });
}
