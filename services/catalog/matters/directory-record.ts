import { Refusal } from "../../domain/refusal.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** An entry of the province's directory of matters. `_id` and `code` are its code. */
export interface DirectoryDocument extends Stored {
  code: string;
  name: string;
  typeCode: string;
  /** Day from which it is none any more; absent: it is one. */
  endedOn?: string;
  /** RFC 3339: when an import changed it last. */
  changedAt: string;
}

export const DIRECTORY: CollectionSpec = {
  name: "catalog_matter_directory",
  indexes: [
    { name: "codes", fields: ["code"], unique: true },
    { name: "changed", fields: ["changedAt"] },
  ],
};

/** Throws for a stored entry that cannot be read. */
export function checkDirectoryDocument({ code, name, typeCode, endedOn }: DirectoryDocument): void {
  const texts = [code, name, typeCode, endedOn ?? ""];
  if (texts.every((text) => typeof text === "string")) return;
  throw new Refusal("RECORD_UNREADABLE", "an entry of the directory lacks members or has wrong ones");
}
