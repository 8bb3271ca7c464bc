import type { MessageMetadata } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import { qrSignedText, qrStatementOf, qrText } from "../../domain/signed-qr.ts";
import type { NodeKey } from "../../host/node-keys.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";

/** The text of the QR code, signed by the node's key of now; none where the item's name makes it too long, so that the faces show the identifier as before. */
export function signedQr(metadata: MessageMetadata, nodeKey: NodeKey): string | undefined {
  const statement = qrStatementOf(metadata);
  const signed = nodeSignedBytes("ecert.qr.v1", new TextEncoder().encode(qrSignedText(statement)));
  try {
    return qrText(statement, Buffer.from(nodeKey.sign(signed)).toString("base64url"));
  } catch (error) {
    if (error instanceof Refusal && error.reason === "TOO_LARGE") return undefined;
    throw error;
  }
}
