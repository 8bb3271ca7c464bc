import { HolderKind } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { HOLDER_CODE_TYPES } from "../domain/holder-code.ts";

/** Types of code that holders of a kind have; those of organisations first, as most certificates are theirs. */
export function codeTypesFor(kind: HolderKind) {
  const wanted = { [HolderKind.PERSON]: "person", [HolderKind.ORGANISATION]: "organisation" }[kind as number];
  const types = Object.entries(HOLDER_CODE_TYPES).filter(([, type]) => wanted === undefined || type.kind === wanted);
  return types.sort(([one], [other]) => one.localeCompare(other)).map(([value, { name }]) => ({ value, label: name }));
}
