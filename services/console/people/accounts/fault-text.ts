import type { RowFault } from "../../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import { said } from "../../text/texts.ts";

/** A fault of a row, and what to do about it, in the language that is shown. */
export function faultText({ description, remedy, localized }: Pick<RowFault, "description" | "remedy" | "localized">) {
  return said([localized, [description, remedy].filter(Boolean).join(": ")]);
}
