import { canonicalBytes } from "../domain/canonical-json.ts";
import { joinBytes } from "./bytes.ts";

/** What a node may sign. A signature made for one purpose never passes for another. */
export type NodeContext =
  | "ecert.event.v1"
  | "ecert.receipt.v1"
  | "ecert.usage-receipt.v1"
  | "ecert.presentation-receipt.v1"
  | "ecert.status-bundle.v1"
  | "ecert.issuer-register.v1"
  | "ecert.issuer-register.v2"
  | "ecert.catalog-version.v1"
  | "ecert.item-draft-decision.v1"
  | "ecert.obligatory-list.v1"
  | "ecert.node-keys.v1"
  | "ecert.matter-grant.v1"
  | "ecert.qr.v1"
  | "ecert.sandbox-report.v1";

/** Whether an Ed25519 signature holds, under a raw public key in Base64url: by Node, or by what a browser has. False for a key that is none. */
export type Verifies = (key: string, signed: Uint8Array, signature: Uint8Array) => boolean;

/** What a node signs: the context, a zero byte, and the payload, bytes as they are, anything else as canonical JSON (RFC 8785). */
export function nodeSignedBytes(context: NodeContext, payload: unknown): Uint8Array {
  const bytes = payload instanceof Uint8Array ? payload : canonicalBytes(payload);
  return joinBytes(new TextEncoder().encode(`${context}\0`), bytes);
}
