import type { UsageReceipt } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { canonicalBytes, type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import type { UsageContext } from "../context.ts";
import type { Counted } from "../uses/use.ts";
import type { Found } from "./find.ts";

/** What was done with a certificate. */
export interface Use {
  action: "verified" | "extracted" | "fetched";
  /** Fields released, for `extracted`. */
  fields?: string[];
  /** What left the platform, for its digest. */
  released: Uint8Array;
  /** A copy for one use left it, made of this original. */
  copy?: { originalSha256: string; validTo: string };
}

/**
 * Makes the signed receipt of one use and stores the same statement in the evidence chain, durably, before anything is
 * answered (5.9.5). The statement names no person: code, certificate and fields tell the officer's system enough. `before`: the receipt
 * of the same use, which is given again where it names the very octets.
 */
export async function receiptFor(
  context: UsageContext,
  counted: Counted,
  found: Found,
  use: Use,
  before?: UsageReceipt,
) {
  const releasedSha256 = sha256Hex(use.released);
  if (before && JSON.parse(before.statementJson).releasedSha256 === releasedSha256) return before;
  const { runtime } = context;
  const { code } = counted;
  const { grant } = code;
  const node = runtime.config.node.code;
  const statement: JsonObject = {
    schema: "ecert.usage-receipt.v1",
    node,
    usageCodeDigest: code._id,
    use: counted.use,
    app: grant.app,
    ...(grant.appDepartment !== undefined && { appDepartment: grant.appDepartment }),
    department: grant.context.department,
    matter: grant.context.matter,
    businessId: grant.context.businessId,
    operator: grant.context.operator.account,
    operatorProof: grant.context.operator.proof ?? "none",
    action: use.action,
    identifier: found.certificate.identifier,
    certificateRevision: Number(found.certificate.revision),
    fields: use.fields ?? [],
    releasedSha256,
    ...(use.copy && { copyOf: use.copy.originalSha256, copyValidTo: use.copy.validTo }),
    standBy: found.fromArchive,
    ...(found.archiveAsOf !== "" && { standByAsOf: found.archiveAsOf }),
    at: counted.at,
  };
  const bytes = canonicalBytes(statement);
  const signature = Uint8Array.from(runtime.nodeKey.sign(nodeSignedBytes("ecert.usage-receipt.v1", bytes)));
  await runtime.evidence.append(`certificate-${use.action}`, statement);
  return { statementJson: new TextDecoder().decode(bytes), signature, node };
}
