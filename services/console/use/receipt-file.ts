import { base64Encode } from "@bufbuild/protobuf/wire";
import type { UsageReceipt } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";

const ACTIONS = ["verified", "extracted", "fetched", "presented"] as const;

/** What a receipt says, as far as a list shows it. */
export interface ToldReceipt {
  readonly action: (typeof ACTIONS)[number] | "copied";
  /** When, RFC 3339. */
  readonly at: string;
  /** How many data items were released. */
  readonly fields: number;
}

/** Reads the statement of a receipt. One without an action is that of a presentation, which has none other. */
export function toldReceipt({ statementJson }: Pick<UsageReceipt, "statementJson">): ToldReceipt {
  const statement = JSON.parse(statementJson) as {
    action?: string;
    at?: string;
    fields?: readonly string[];
    copyOf?: string;
  };
  const action = ACTIONS.find((one) => one === statement.action) ?? "presented";
  return {
    action: statement.copyOf ? "copied" : action,
    at: statement.at ?? "",
    fields: statement.fields?.length ?? 0,
  };
}

/** Receipts of a case as one file: each statement octet by octet as it was signed, its signature (Base64url), and the node whose key judges it. */
export function receiptFile(businessId: string, receipts: readonly { readonly receipt: UsageReceipt }[]) {
  const kept = receipts.map(({ receipt: { statementJson: statement, signature, node } }) => ({
    statement,
    signature: base64Encode(signature, "url"),
    node,
  }));
  const content = new TextEncoder().encode(JSON.stringify({ businessId, receipts: kept }, null, 2));
  // Characters that file systems know otherwise.
  const name = businessId.replace(/[\\/:*?"<>|\p{Cc}]/gu, "_");
  return { content, mediaType: "application/json", fileName: `用证凭据-${name}.json` };
}
