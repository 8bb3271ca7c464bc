import { canonicalBytes, type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { nodeSignedBytes } from "../../trust/node-key.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import type { UsageContext } from "../context.ts";
import type { Found } from "./find.ts";

/** What was done with a certificate. */
export interface Use {
  action: "verified" | "extracted" | "fetched";
  /** Fields released, for `extracted`. */
  fields?: string[];
  /** What left the platform, for its digest. */
  released: Uint8Array;
}

/**
 * Makes the signed receipt of one use and stores the same statement in the evidence chain, durably, before anything is
 * answered (5.9.5). The statement names no person: code, certificate and fields tell the officer's system enough.
 */
export async function receiptFor(context: UsageContext, code: CodeDocument, found: Found, use: Use) {
  const { runtime } = context;
  const { grant } = code;
  const node = runtime.config.node.code;
  const statement: JsonObject = {
    schema: "ecert.usage-receipt.v1",
    node,
    usageCodeDigest: code._id,
    use: grant.uses,
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
    releasedSha256: sha256Hex(use.released),
    standBy: found.fromArchive,
    at: runtime.now().toISOString(),
  };
  const bytes = canonicalBytes(statement);
  const signature = runtime.nodeKey.sign(nodeSignedBytes("ecert.usage-receipt.v1", bytes));
  await runtime.evidence.append(`certificate-${use.action}`, statement);
  return { statementJson: new TextDecoder().decode(bytes), signature, node };
}
