import { type File, FileFormat, LongTerm } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import type { FetchFileRequest } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { CopyDesk } from "../../document/pdf/use-copy-desk.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { formatShanghaiTime, isCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import type { Use } from "./receipt.ts";

type Wish = Pick<FetchFileRequest, "useCopy" | "copyValidTo" | "format" | "longTerm" | "identifier">;

/** Refuses (`INVALID_FIELD`) a copy for one use of what has none, and a last day that is no day or over: a copy ends no earlier than it is made. */
export function requireCopyWish({ useCopy, copyValidTo, format, longTerm }: Wish, now: Date): void {
  const refuse = (field: string, description: string, remedy: string, localized: string) =>
    refuseField("INVALID_FIELD", field, description, remedy, localized);
  if (!useCopy) {
    if (copyValidTo === "") return;
    throw refuse(
      "copy_valid_to",
      "goes with a copy alone",
      "leave it out, or set use_copy",
      "仅适用于加注件，请去掉该项，或索取加注件",
    );
  }
  if (format !== FileFormat.PDF) {
    throw refuse("format", "copies for one use are PDF", "ask for the PDF", "加注件只有PDF格式，请索取PDF");
  }
  if (longTerm !== LongTerm.UNSPECIFIED) {
    throw refuse(
      "long_term",
      "a copy bears no signature",
      "leave it out, or ask for the original",
      "加注件不带签名，请去掉该项，或索取原件",
    );
  }
  if (copyValidTo === "") return;
  if (!isCivilDate(copyValidTo))
    throw refuse("copy_valid_to", "is no day", "give a day as yyyy-MM-dd", "不是有效日期，请按yyyy-MM-dd填写");
  const today = shanghaiDay(now);
  if (copyValidTo < today) {
    throw refuse("copy_valid_to", "is over already", `give ${today} or later`, `截止日期已过，请填写${today}或以后`);
  }
}

/**
 * The copy for one use of a PDF that may be released, and what the receipt says of it. Whoever made it is the department of the context, and the cause what it states: a caller cannot
 * have another use written there than the one that is recorded. Throws as `CopyDesk.make`.
 */
export async function useCopyOf(
  original: File,
  { request: { identifier, copyValidTo }, code: { grant, names }, at }: { request: Wish; code: CodeDocument; at: Date },
  copies: CopyDesk,
): Promise<{ file: File; copy: NonNullable<Use["copy"]> }> {
  const { department, matter, purpose, businessId } = grant.context;
  const originalSha256 = sha256Hex(original.content);
  const content = await copies.make(original.content, {
    creator: names?.department || department,
    cause: `办理“${names?.matter || matter}”（事由：${purpose}；业务标识：${businessId}）`,
    createdAt: formatShanghaiTime(at).slice(0, 16).replace("T", " "),
    validTo: copyValidTo,
    identifier,
    originalSha256,
  });
  const file: File = { ...original, content, sha256: sha256Hex(content), fileName: copyName(original.fileName) };
  return { file, copy: { originalSha256, validTo: copyValidTo } };
}

function copyName(fileName: string): string {
  return fileName.replace(/(\.[a-z]+)?$/, "-加注件$1");
}
