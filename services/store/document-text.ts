import { Refusal } from "../domain/refusal.ts";
import type { Stored } from "./port.ts";

/** Bytes of the largest document, as JSON; what every engine can hold. */
const LARGEST_DOCUMENT = 15 * 1024 * 1024;

/** The document as JSON text. Refuses `TOO_LARGE` above 15 MiB. */
export function documentText(document: Stored): string {
  const text = JSON.stringify(document);
  // No code unit takes more than three bytes, so most documents need no count.
  if (text.length * 3 > LARGEST_DOCUMENT && Buffer.byteLength(text) > LARGEST_DOCUMENT)
    throw new Refusal("TOO_LARGE", `document ${document._id} is larger than ${LARGEST_DOCUMENT} bytes`);
  return text;
}
