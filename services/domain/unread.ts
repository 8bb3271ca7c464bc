import { Refusal } from "./refusal.ts";

/**
 * The refusal (`REVISION_CONFLICT`) of a step upon what was not read, or is another now: nobody decides what he has not read. `field`: where the caller says
 * what he has read, a revision or a digest; the metadata tell by the same name which is the present one.
 */
export function unread(field: "revision" | "sha256" | "inspection_sha256", present: string): Refusal {
  const name = field === "revision" ? field : "sha256";
  const description = `is not the present one, ${present}`;
  const remedy = "read it as it is now, and say which that was";
  const localized = `与现有内容（${present}）不符，请重新读取并核对后再办理`;
  const fields = [{ field, description, remedy, localized }];
  return new Refusal("REVISION_CONFLICT", `${field}: ${description}; ${remedy}`, {
    fields,
    metadata: { [name]: present },
  });
}
