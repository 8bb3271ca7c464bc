import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, wasIssued } from "./certificate.ts";

/** An issued certificate of this node. Throws `CERTIFICATE_UNKNOWN` where there is none, or none yet. */
export async function requireIssued({ certificates }: IssueContext, identifier: string): Promise<CertificateDocument> {
  const document = await certificates.get(identifier);
  if (document && wasIssued(document)) return document;
  throw new Refusal("CERTIFICATE_UNKNOWN", `this node has issued no certificate ${identifier}`, {
    metadata: { identifier },
  });
}

/** This archive holds what its own node issued; what others issued is in the sync service's. */
export function requireOwnNode({ runtime }: IssueContext, node: string): void {
  const own = runtime.config.node.code;
  if (node === own) return;
  throw refuseField(
    "INVALID_FIELD",
    "node",
    `this archive holds certificates of ${own} only`,
    "ask the sync service",
    `本档案只保存${own}的证照，请向同步服务查询`,
  );
}
