import type { AttachmentDigest } from "../domain/message.ts";
import { parseTemplate } from "./parse-template.ts";

/** Templates whose names are kept; they are few, and reading one takes a millisecond. */
const KEPT = 256;
const memory = new Map<string, readonly string[]>();

/**
 * The attachments of a message that a face shows as pictures: those whose content is needed to draw it, each once. Throws
 * `INVALID_FIELD` where the template cannot be read.
 */
export function shownAttachments(
  templateJson: string,
  { attachments }: { readonly attachments: readonly AttachmentDigest[] },
): AttachmentDigest[] {
  // Most messages have none, and most templates show none.
  if (attachments.length === 0) return [];
  return namesIn(templateJson).flatMap((name) => attachments.find((attachment) => attachment.name === name) ?? []);
}

function namesIn(templateJson: string): readonly string[] {
  const known = memory.get(templateJson);
  if (known !== undefined) return known;
  const names = parseTemplate(templateJson).elements.flatMap((element) =>
    element.type === "image" && element.attachment !== undefined ? [element.attachment] : [],
  );
  const distinct = [...new Set(names)];
  memory.set(templateJson, distinct);
  const oldest = memory.keys().next();
  if (memory.size > KEPT && !oldest.done) memory.delete(oldest.value);
  return distinct;
}
