import { verifyCms } from "../cms-verify.ts";
import { differingFields } from "./message-diff.ts";
import { readMessageView } from "./message-view.ts";
import type { OpenedDocument } from "./opened.ts";
import type { VerificationOptions } from "./options.ts";
import type { AlteredPart } from "./report.ts";

/**
 * Names the fields of an altered message by the one on record, to whoever holds the genuine signature over that record: it
 * was given to them together with the certificate.
 */
export async function explainMessage(
  { message, face }: OpenedDocument,
  { status, messageSignature, trust, at }: VerificationOptions,
): Promise<AlteredPart[]> {
  if (message === undefined || face !== undefined || messageSignature === undefined) return [];
  const found = await status?.statusOf(message.metadata.identifier, { signature: messageSignature });
  if (typeof found !== "object" || found.message === undefined) return [];
  const signedAt = found.issuedAt ?? at;
  if (!verifyCms(messageSignature, { content: found.message }, { trust, at: signedAt }).ok) return [];
  return differingFields(readMessageView(found.message), message);
}
