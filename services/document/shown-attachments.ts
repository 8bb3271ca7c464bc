import { BoundedMemory } from "../base/bounded-memory.ts";
import type { AttachmentDigest } from "../domain/message.ts";
import { parseTemplate } from "./parse-template.ts";

/** Templates whose names are kept; they are few, and reading one takes a millisecond. */
const KEPT = 256;
const memory = new BoundedMemory<string, readonly string[]>(KEPT);

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
  const names = memory.recall(templateJson, () => namesIn(templateJson));
  return names.flatMap((name) => attachments.find((attachment) => attachment.name === name) ?? []);
}

function namesIn(templateJson: string): readonly string[] {
  const names = parseTemplate(templateJson).elements.flatMap((element) =>
    element.type === "image" && element.attachment !== undefined ? [element.attachment] : [],
  );
  return [...new Set(names)];
}
