import { canonicalBytes, type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import type { UsageContext } from "../context.ts";
import type { AskedUse } from "./asked-use.ts";
import type { Presentable } from "./presentable.ts";
import type { PresentationDocument } from "./presentation-record.ts";

/** Name of the form, and context of the signature over it. */
export const PRESENTATION_RECEIPT = "ecert.presentation-receipt.v1";

/**
 * The statement of a redeemed presentation, for the evidence of both nodes and for the app (5.9.5): what was shown to whom, and the holder's
 * consent: when it was given, until when, and which identity provider proves by whom. It names no person.
 */
export function presentationStatement(
  { runtime }: UsageContext,
  { _id, claim, fields, provider, byAnother, tellsHolder, createdAt, expiresAt }: PresentationDocument,
  { record, fromArchive }: Presentable,
  data: JsonObject,
  { ground, use }: AskedUse,
): JsonObject {
  return {
    schema: PRESENTATION_RECEIPT,
    node: runtime.config.node.code,
    usedAt: ground.node,
    presentation: _id,
    app: ground.appKey,
    department: use.departmentCode,
    matter: ground.matterCode,
    businessId: use.businessId,
    operator: use.operatorAccount,
    operatorProof: use.operatorProof || "none",
    action: "presented",
    identifier: record.identifier,
    certificateRevision: Number(record.revision),
    fields: [...fields],
    releasedSha256: sha256Hex(canonicalBytes(data)),
    standBy: fromArchive,
    at: claim?.at ?? "",
    consent: { at: createdAt, until: expiresAt, provider, byAnother, ...(tellsHolder && { tellsHolder }) },
  };
}

/** Signs a statement as this node. */
export function signedStatement({ runtime }: UsageContext, statement: JsonObject) {
  const bytes = canonicalBytes(statement);
  const signature = Uint8Array.from(runtime.nodeKey.sign(nodeSignedBytes(PRESENTATION_RECEIPT, bytes)));
  return { statementJson: new TextDecoder().decode(bytes), signature };
}
