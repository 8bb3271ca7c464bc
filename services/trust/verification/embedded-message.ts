import { inflateSync } from "node:zlib";
import { Refusal } from "../../domain/refusal.ts";
import { signedEnd } from "../long-term/grown-pdf.ts";
import { MAX_MESSAGE_BYTES, type MessageView, readMessageView } from "./message-view.ts";
import { readPlainPdf } from "./pdf-form.ts";

/**
 * The data message that a PDF of this platform embeds (PDF/A-3b), from the revision that was signed; `undefined` where there is none or
 * more than one, or what is there is no data message. Only worth something where the signature is good. Unpacks 1 MiB at most.
 */
export function embeddedMessage(bytes: Uint8Array): MessageView | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const plain = readPlainPdf(file.subarray(0, signedEnd(file)));
  if ("different" in plain) return undefined;
  const embedded = [...plain.objects.values()].filter(
    ({ names, stream }) => stream !== undefined && names.includes("EmbeddedFile"),
  );
  const [packed] = embedded;
  if (packed?.stream === undefined || embedded.length > 1) return undefined;
  try {
    return readMessageView(inflateSync(packed.stream, { maxOutputLength: MAX_MESSAGE_BYTES }));
  } catch (error) {
    if (error instanceof Refusal || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}
