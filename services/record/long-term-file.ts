import { type File, FileFormat, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { refuseField } from "../domain/refusal.ts";

/** Levels of PAdES baseline (ETSI EN 319 142-1) by their names in the contract. */
const LEVELS: Partial<Record<LongTerm, "B-LT" | "B-LTA">> = { [LongTerm.LT]: "B-LT", [LongTerm.LTA]: "B-LTA" };

/**
 * A file with what the caller wants put behind its signature by `extend`; the file as it is where nothing is wanted. Refuses
 * (`INVALID_FIELD`) other forms than PDF.
 */
export async function longTermFile(
  file: File,
  wanted: LongTerm,
  extend: (pdf: Uint8Array, level: "B-LT" | "B-LTA") => Promise<Uint8Array>,
): Promise<File> {
  const level = LEVELS[wanted];
  if (level === undefined) return file;
  if (file.format !== FileFormat.PDF) {
    throw refuseField(
      "INVALID_FIELD",
      "long_term",
      "goes with PDF alone",
      "leave it out, or ask for the PDF",
      "仅适用于PDF，请去掉该项，或索取PDF",
    );
  }
  const content = await extend(file.content, level);
  return { ...file, content, sha256: sha256Hex(content) };
}
